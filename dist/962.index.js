export const id = 962;
export const ids = [962];
export const modules = {

/***/ 2962:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   privateReplication: () => (/* binding */ privateReplication)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8249);

/** Replication of private ECR through the AWS SDK; its methods throw ActionErrors only. */
function privateReplication(client, calling) {
    return {
        destinations(repository) {
            return calling('ecr:DescribeRegistry', null, async () => {
                const { registryId, replicationConfiguration } = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_0__/* .DescribeRegistryCommand */ .IRV({}));
                // The call knows the caller's own registry only.
                if (registryId !== repository.registryId)
                    return null;
                const destinations = (replicationConfiguration?.rules ?? [])
                    .filter(({ repositoryFilters: filters = [] }) => filters.length === 0 || filters.some(({ filter = '' }) => repository.name.startsWith(filter)))
                    .flatMap((rule) => rule.destinations ?? [])
                    .flatMap(({ registryId, region }) => registryId && region ? [{ registryId, region }] : []);
                // Two rules may name the same destination.
                return [...new Map(destinations.map((one) => [`${one.registryId}/${one.region}`, one])).values()];
            });
        },
        progress(repository, imageDigest) {
            return calling('ecr:DescribeImageReplicationStatus', repository.name, async () => {
                const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_0__/* .DescribeImageReplicationStatusCommand */ .au6({
                    registryId: repository.registryId,
                    repositoryName: repository.name,
                    imageId: { imageDigest },
                }));
                return (answer.replicationStatuses ?? []).map((copy) => ({
                    registryId: copy.registryId ?? repository.registryId,
                    region: copy.region ?? '',
                    status: copy.status ?? 'IN_PROGRESS',
                    failureCode: copy.failureCode ?? null,
                }));
            });
        },
    };
}


/***/ })

};
