export const id = 487;
export const ids = [487];
export const modules = {

/***/ 1487:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   publicSettings: () => (/* binding */ publicSettings)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9821);
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2378);


/** A public repository has a policy and tags; the inputs refuse every other setting for it. */
function publicSettings(client, calling, registryId) {
    const target = (name) => ({ ...registryId, repositoryName: name });
    return {
        async readPolicies(name, which) {
            if (!which.repository)
                return { lifecyclePolicy: null, repositoryPolicy: null };
            return calling('ecr-public:GetRepositoryPolicy', name, async () => {
                try {
                    const { policyText } = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .GetRepositoryPolicyCommand */ .Me(target(name)));
                    return { lifecyclePolicy: null, repositoryPolicy: policyText ?? null };
                }
                catch (error) {
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .isNamed */ .ev)(error, 'RepositoryPolicyNotFoundException', 'RepositoryNotFoundException'))
                        throw error;
                    return { lifecyclePolicy: null, repositoryPolicy: null };
                }
            });
        },
        readTags({ name, arn }) {
            return calling('ecr-public:ListTagsForResource', name, async () => {
                const { tags = [] } = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .ListTagsForResourceCommand */ .a_({ resourceArn: arn }));
                return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
            });
        },
        async putTags({ name, arn }, tags) {
            const input = { resourceArn: arn, tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
            await calling('ecr-public:TagResource', name, () => client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .TagResourceCommand */ .N4(input)));
        },
        async setRepositoryPolicy(name, policyText) {
            await calling('ecr-public:SetRepositoryPolicy', name, () => client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .SetRepositoryPolicyCommand */ .IO({ ...target(name), policyText })));
        },
        putMutability: () => notOfPublic('image-tag-mutability'),
        putScanOnPush: () => notOfPublic('scan-on-push'),
        putLifecyclePolicy: () => notOfPublic('lifecycle-policy'),
        previewLifecyclePolicy: () => notOfPublic('lifecycle-policy'),
    };
}
/** @throws Error always: it is a defect of ours to get here */
async function notOfPublic(input) {
    throw new Error(`a public repository has no ${input}`);
}


/***/ })

};
