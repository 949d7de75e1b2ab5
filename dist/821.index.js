export const id = 821;
export const ids = [821];
export const modules = {

/***/ 1912:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ mutabilityInput),
/* harmony export */   t: () => (/* binding */ isImmutable)
/* harmony export */ });
/** Whether ECR refuses to move the tag once it is there. */
function isImmutable({ mode, exclusions }, tag) {
    if (mode === 'MUTABLE')
        return false;
    if (mode === 'IMMUTABLE')
        return true;
    const excluded = exclusions.some((pattern) => matches(pattern, tag));
    return mode === 'IMMUTABLE_WITH_EXCLUSION' ? !excluded : excluded;
}
/** Without a regular expression, whose backtracking a hostile pattern could exploit. */
function matches(pattern, tag) {
    const [head = '', ...rest] = pattern.split('*');
    if (rest.length === 0)
        return tag === pattern;
    if (!tag.startsWith(head))
        return false;
    let at = head.length;
    const tail = rest.pop() ?? '';
    for (const part of rest) {
        const found = tag.indexOf(part, at);
        if (found < 0)
            return false;
        at = found + part.length;
    }
    return tag.length - tail.length >= at && tag.endsWith(tail);
}
/** In the terms of CreateRepository and PutImageTagMutability, which share them. */
function mutabilityInput({ mode, exclusions }) {
    return {
        imageTagMutability: mode,
        ...(exclusions.length === 0
            ? {}
            : {
                imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({
                    filterType: 'WILDCARD',
                    filter,
                })),
            }),
    };
}


/***/ }),

/***/ 2202:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   connectPrivateEcr: () => (/* binding */ connectPrivateEcr)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8249);
/* harmony import */ var _oci_media_types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(261);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2730);
/* harmony import */ var _answers_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9689);
/* harmony import */ var _mutability_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1912);
/* harmony import */ var _retries_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1316);
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2378);







/** ECR answers for so many images of one DescribeImages or BatchGetImage call. */
const IMAGES_PER_CALL = 100;
/**
 * Private ECR through the AWS SDK.
 * @returns the port; its methods throw ActionErrors only
 * @throws ActionError where no region is set
 */
async function connectPrivateEcr(options) {
    const client = new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__/* .ECRClient */ .S70({
        ..._retries_js__WEBPACK_IMPORTED_MODULE_3__/* .RETRIES */ .Zs,
        ...(options.region === null ? {} : { region: options.region }),
        ...options.client,
    });
    if (options.log !== undefined)
        (0,_retries_js__WEBPACK_IMPORTED_MODULE_3__/* .tellRetries */ .aQ)(client, 'ECR', options.log);
    const registryId = options.registryId === null ? {} : { registryId: options.registryId };
    const calling = (0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .callingIn */ .ag)({ region: await regionOf(client), registryId: options.registryId });
    const ecr = {
        authorize() {
            // The registry is deliberately named by `registryIds`: a token serves exactly the registry that it was
            // issued for, and `proxyEndpoint` then is the target's host.
            const registryIds = options.registryId === null ? {} : { registryIds: [options.registryId] };
            return calling('ecr:GetAuthorizationToken', null, async () => {
                const { authorizationData } = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__/* .GetAuthorizationTokenCommand */ .Eu6(registryIds));
                const token = (0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .decodeToken */ .oL)(authorizationData?.[0], options.mask);
                if (token.host !== null)
                    return token;
                throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('ECR answered without an endpoint.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
            });
        },
        findRepository(name) {
            return calling('ecr:DescribeRepositories', name, async () => {
                try {
                    const input = { ...registryId, repositoryNames: [name] };
                    const found = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__/* .DescribeRepositoriesCommand */ .pE_(input));
                    return toRepository(found.repositories?.[0], name);
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return null;
                    throw error;
                }
            });
        },
        createRepository(name, settings) {
            return calling('ecr:CreateRepository', name, async () => {
                try {
                    const input = { ...registryId, repositoryName: name, ...creationInput(settings) };
                    const made = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__/* .CreateRepositoryCommand */ .WTe(input));
                    return { ...toRepository(made.repository, name), created: true };
                }
                catch (error) {
                    // Two jobs of one matrix create the same repository at the same time: the second finds the first's.
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNamed */ .ev)(error, 'RepositoryAlreadyExistsException'))
                        throw error;
                    const found = await ecr.findRepository(name);
                    if (found === null)
                        throw error;
                    return { ...found, created: false };
                }
            });
        },
        async createsOnPush(name) {
            const { findsCreationOnPush } = await __webpack_require__.e(/* import() */ 11).then(__webpack_require__.bind(__webpack_require__, 7011));
            return findsCreationOnPush(client, calling, name);
        },
        async findImages({ name }, tags) {
            const held = new Map();
            const target = { ...registryId, repositoryName: name };
            const describe = async (wanted) => {
                try {
                    const imageIds = wanted.map((imageTag) => ({ imageTag }));
                    const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__/* .DescribeImagesCommand */ .ji5({ ...target, imageIds }));
                    for (const detail of answer.imageDetails ?? []) {
                        for (const tag of detail.imageTags ?? []) {
                            if (!wanted.includes(tag) || detail.imageDigest === undefined)
                                continue;
                            held.set(tag, {
                                digest: (0,_answers_js__WEBPACK_IMPORTED_MODULE_2__/* .soundDigest */ .Ki)(detail.imageDigest),
                                mediaType: detail.imageManifestMediaType ?? null,
                                sizeInBytes: (0,_answers_js__WEBPACK_IMPORTED_MODULE_2__/* .soundSize */ .vl)(detail.imageSizeInBytes),
                                active: (detail.imageStatus ?? 'ACTIVE') === 'ACTIVE',
                            });
                        }
                    }
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return;
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNamed */ .ev)(error, 'ImageNotFoundException'))
                        throw error;
                    // One absent tag fails the whole call: ask for each alone.
                    if (wanted.length > 1)
                        await Promise.all(wanted.map((tag) => describe([tag])));
                }
            };
            const batchGet = async (wanted) => {
                const imageIds = wanted.map((imageTag) => ({ imageTag }));
                const input = { ...target, imageIds, acceptedMediaTypes: _oci_media_types_js__WEBPACK_IMPORTED_MODULE_0__/* .MANIFEST_TYPES */ ._ };
                const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__/* .BatchGetImageCommand */ .P8n(input)).catch(async (error) => {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return null;
                    // Behind a pull-through cache, ECR looks for an absent tag in the other registry first.
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNamed */ .ev)(error, 'UnableToGetUpstreamImageException'))
                        throw error;
                    if (wanted.length > 1)
                        await Promise.all(wanted.map((tag) => batchGet([tag])));
                    return null;
                });
                if (answer === null)
                    return;
                for (const image of answer.images ?? []) {
                    const { imageTag, imageDigest } = image.imageId ?? {};
                    if (imageTag === undefined || imageDigest === undefined)
                        continue;
                    held.set(imageTag, {
                        digest: (0,_answers_js__WEBPACK_IMPORTED_MODULE_2__/* .soundDigest */ .Ki)(imageDigest),
                        mediaType: image.imageManifestMediaType ?? null,
                        sizeInBytes: null,
                        // An archived image is among the failures: ECR gives no manifest of it.
                        active: true,
                    });
                }
            };
            await Promise.all((0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .chunks */ .VN)(tags, IMAGES_PER_CALL).map((wanted) => calling('ecr:DescribeImages', name, async () => {
                try {
                    await describe(wanted);
                }
                catch (error) {
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNamed */ .ev)(error, 'AccessDeniedException'))
                        throw error;
                    // Roles made for `docker push` have BatchGetImage more often than DescribeImages. If that is
                    // denied too, DescribeImages is the permission to ask for.
                    await batchGet(wanted).catch(() => Promise.reject(error));
                }
            })));
            return held;
        },
        readManifest({ name }, imageDigest) {
            return calling('ecr:BatchGetImage', name, async () => {
                const input = { ...registryId, repositoryName: name, imageIds: [{ imageDigest }] };
                const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_5__/* .BatchGetImageCommand */ .P8n({ ...input, acceptedMediaTypes: _oci_media_types_js__WEBPACK_IMPORTED_MODULE_0__/* .MANIFEST_TYPES */ ._ }));
                return answer.images?.[0]?.imageManifest ?? null;
            });
        },
        async settings() {
            const { privateSettings } = await __webpack_require__.e(/* import() */ 551).then(__webpack_require__.bind(__webpack_require__, 1551));
            return privateSettings(client, calling, registryId);
        },
        scans: async () => (await __webpack_require__.e(/* import() */ 762).then(__webpack_require__.bind(__webpack_require__, 2762))).privateScans(client, calling),
        replication: async () => (await __webpack_require__.e(/* import() */ 962).then(__webpack_require__.bind(__webpack_require__, 2962))).privateReplication(client, calling),
    };
    return ecr;
}
async function regionOf(client) {
    try {
        return await client.config.region();
    }
    catch (error) {
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('No AWS region.', "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.", { cause: error });
    }
}
function creationInput(settings) {
    const { mutability, scanOnPush, encryption, resourceTags } = settings;
    return {
        ...(mutability === null ? {} : (0,_mutability_js__WEBPACK_IMPORTED_MODULE_6__/* .mutabilityInput */ .F)(mutability)),
        ...(scanOnPush === null ? {} : { imageScanningConfiguration: { scanOnPush } }),
        ...(encryption === null
            ? {}
            : {
                encryptionConfiguration: {
                    encryptionType: encryption.type,
                    ...(encryption.key === null ? {} : { kmsKey: encryption.key }),
                },
            }),
        ...(resourceTags === null ? {} : { tags: [...resourceTags].map(([Key, Value]) => ({ Key, Value })) }),
    };
}
function toRepository(found, name) {
    const sound = (0,_answers_js__WEBPACK_IMPORTED_MODULE_2__/* .soundRepository */ .gR)(found, name);
    return {
        ...sound,
        mutability: {
            mode: found?.imageTagMutability ?? 'MUTABLE',
            exclusions: (found?.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
        },
        scanOnPush: found?.imageScanningConfiguration?.scanOnPush ?? false,
        encryption: {
            type: found?.encryptionConfiguration?.encryptionType ?? 'AES256',
            key: found?.encryptionConfiguration?.kmsKey ?? null,
        },
    };
}


/***/ }),

/***/ 261:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ INDEX_TYPES),
/* harmony export */   _: () => (/* binding */ MANIFEST_TYPES)
/* harmony export */ });
/** Media types of indexes, OCI's and Docker's. */
const INDEX_TYPES = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** The media types that are asked for where a manifest itself is read: images and indexes, OCI's and Docker's. */
const MANIFEST_TYPES = [
    ...INDEX_TYPES,
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
];


/***/ })

};
