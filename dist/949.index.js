export const id = 949;
export const ids = [949];
export const modules = {

/***/ 3949:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   connectPublicEcr: () => (/* binding */ connectPublicEcr)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9821);
/* harmony import */ var _answers_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9689);
/* harmony import */ var _retries_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1316);
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2378);




/** DescribeImages answers for so many of them. */
const IMAGES_PER_CALL = 100;
/**
 * Public ECR through the AWS SDK. Its registry knows neither immutable tags nor scans nor lifecycle policies, and its
 * API gives no manifests.
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/Welcome.html
 * @returns the port; its methods throw ActionErrors only
 */
async function connectPublicEcr(options) {
    const region = options.region ?? 'us-east-1';
    const client = new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_3__/* .ECRPUBLICClient */ .Rr({ ..._retries_js__WEBPACK_IMPORTED_MODULE_1__/* .RETRIES */ .Zs, region, ...options.client });
    if (options.log !== undefined)
        (0,_retries_js__WEBPACK_IMPORTED_MODULE_1__/* .tellRetries */ .aQ)(client, 'ECR Public', options.log);
    const registryId = options.registryId === null ? {} : { registryId: options.registryId };
    const calling = (0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .callingIn */ .ag)({ region, registryId: options.registryId });
    const ecr = {
        authorize() {
            return calling('ecr-public:GetAuthorizationToken', null, async () => {
                const { authorizationData } = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_3__/* .GetAuthorizationTokenCommand */ .Eu({}));
                return (0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .decodeToken */ .oL)(authorizationData, options.mask);
            });
        },
        findRepository(name) {
            return calling('ecr-public:DescribeRepositories', name, async () => {
                try {
                    const input = { ...registryId, repositoryNames: [name] };
                    const found = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_3__/* .DescribeRepositoriesCommand */ .pE(input));
                    return toRepository(found.repositories?.[0], name);
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return null;
                    throw error;
                }
            });
        },
        createRepository(name, { resourceTags }) {
            return calling('ecr-public:CreateRepository', name, async () => {
                try {
                    const tags = [...(resourceTags ?? [])].map(([Key, Value]) => ({ Key, Value }));
                    const input = { repositoryName: name, ...(tags.length === 0 ? {} : { tags }) };
                    const made = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_3__/* .CreateRepositoryCommand */ .WT(input));
                    return { ...toRepository(made.repository, name), created: true };
                }
                catch (error) {
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'RepositoryAlreadyExistsException'))
                        throw error;
                    const found = await ecr.findRepository(name);
                    if (found === null)
                        throw error;
                    return { ...found, created: false };
                }
            });
        },
        async createsOnPush() {
            return false;
        },
        async findImages({ name }, tags) {
            const held = new Map();
            const describe = async (wanted) => {
                try {
                    const imageIds = wanted.map((imageTag) => ({ imageTag }));
                    const input = { ...registryId, repositoryName: name, imageIds };
                    const { imageDetails = [] } = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_3__/* .DescribeImagesCommand */ .ji(input));
                    for (const { imageDigest, imageTags = [], imageManifestMediaType, imageSizeInBytes, } of imageDetails) {
                        for (const tag of imageTags) {
                            if (!wanted.includes(tag) || imageDigest === undefined)
                                continue;
                            held.set(tag, {
                                digest: (0,_answers_js__WEBPACK_IMPORTED_MODULE_0__/* .soundDigest */ .Ki)(imageDigest),
                                mediaType: imageManifestMediaType ?? null,
                                sizeInBytes: (0,_answers_js__WEBPACK_IMPORTED_MODULE_0__/* .soundSize */ .vl)(imageSizeInBytes),
                                active: true,
                            });
                        }
                    }
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return;
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'ImageNotFoundException'))
                        throw error;
                    if (wanted.length > 1)
                        await Promise.all(wanted.map((tag) => describe([tag])));
                }
            };
            await Promise.all((0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .chunks */ .VN)(tags, IMAGES_PER_CALL).map((wanted) => calling('ecr-public:DescribeImages', name, () => describe(wanted))));
            return held;
        },
        async readManifest() {
            return null;
        },
        async settings() {
            const { publicSettings } = await __webpack_require__.e(/* import() */ 487).then(__webpack_require__.bind(__webpack_require__, 1487));
            return publicSettings(client, calling, registryId);
        },
    };
    return ecr;
}
function toRepository(found, name) {
    const sound = (0,_answers_js__WEBPACK_IMPORTED_MODULE_0__/* .soundRepository */ .gR)(found, name);
    return {
        ...sound,
        mutability: { mode: 'MUTABLE', exclusions: [] },
        scanOnPush: false,
        encryption: { type: 'AES256', key: null },
    };
}


/***/ })

};
