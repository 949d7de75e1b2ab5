export const id = 998;
export const ids = [998];
export const modules = {

/***/ 2121:
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


/***/ }),

/***/ 3998:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ mutabilityInput),
/* harmony export */   connectPrivateEcr: () => (/* binding */ connectPrivateEcr)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2206);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2685);
/* harmony import */ var _media_types_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2121);
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9286);




/** ECR answers for so many images of one DescribeImages or BatchGetImage call. */
const IMAGES_PER_CALL = 100;
/**
 * Private ECR through the AWS SDK.
 * @returns the port; its methods throw ActionErrors only
 * @throws ActionError where no region is set
 */
async function connectPrivateEcr(options) {
    const client = new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__/* .ECRClient */ .S70({
        ..._sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .RETRIES */ .Zs,
        ...(options.region === null ? {} : { region: options.region }),
        ...options.client,
    });
    const registryId = options.registryId === null ? {} : { registryId: options.registryId };
    const calling = (0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .callingIn */ .ag)({ region: await regionOf(client), registryId: options.registryId });
    const ecr = {
        authorize() {
            // The registry is deliberately named by `registryIds`: a token serves exactly the registry that it was
            // issued for, and `proxyEndpoint` then is the target's host.
            const registryIds = options.registryId === null ? {} : { registryIds: [options.registryId] };
            return calling('ecr:GetAuthorizationToken', null, async () => {
                const { authorizationData } = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__/* .GetAuthorizationTokenCommand */ .Eu6(registryIds));
                const token = (0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .decodeToken */ .oL)(authorizationData?.[0], options.mask);
                if (token.host !== null)
                    return token;
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('ECR answered without an endpoint.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
            });
        },
        findRepository(name) {
            return calling('ecr:DescribeRepositories', name, async () => {
                try {
                    const input = { ...registryId, repositoryNames: [name] };
                    const found = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__/* .DescribeRepositoriesCommand */ .pE_(input));
                    return toRepository(found.repositories?.[0]);
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return null;
                    throw error;
                }
            });
        },
        createRepository(name, settings) {
            return calling('ecr:CreateRepository', name, async () => {
                try {
                    const input = { ...registryId, repositoryName: name, ...creationInput(settings) };
                    const made = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__/* .CreateRepositoryCommand */ .WTe(input));
                    return { ...toRepository(made.repository), created: true };
                }
                catch (error) {
                    // Two jobs of one matrix create the same repository at the same time: the second finds the first's.
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'RepositoryAlreadyExistsException'))
                        throw error;
                    const found = await ecr.findRepository(name);
                    if (found === null)
                        throw error;
                    return { ...found, created: false };
                }
            });
        },
        async createsOnPush(name) {
            const { findsCreationOnPush } = await __webpack_require__.e(/* import() */ 778).then(__webpack_require__.bind(__webpack_require__, 3778));
            return findsCreationOnPush(client, calling, name);
        },
        async findImages({ name }, tags) {
            const held = new Map();
            const target = { ...registryId, repositoryName: name };
            const describe = async (wanted) => {
                try {
                    const imageIds = wanted.map((imageTag) => ({ imageTag }));
                    const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__/* .DescribeImagesCommand */ .ji5({ ...target, imageIds }));
                    for (const detail of answer.imageDetails ?? []) {
                        for (const tag of detail.imageTags ?? []) {
                            if (!wanted.includes(tag) || detail.imageDigest === undefined)
                                continue;
                            held.set(tag, {
                                digest: detail.imageDigest,
                                mediaType: detail.imageManifestMediaType ?? null,
                                sizeInBytes: detail.imageSizeInBytes ?? null,
                                active: (detail.imageStatus ?? 'ACTIVE') === 'ACTIVE',
                            });
                        }
                    }
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return;
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'ImageNotFoundException'))
                        throw error;
                    // One absent tag fails the whole call: ask for each alone.
                    if (wanted.length > 1)
                        await Promise.all(wanted.map((tag) => describe([tag])));
                }
            };
            const batchGet = async (wanted) => {
                const imageIds = wanted.map((imageTag) => ({ imageTag }));
                const input = { ...target, imageIds, acceptedMediaTypes: _media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .MANIFEST_TYPES */ ._ };
                const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__/* .BatchGetImageCommand */ .P8n(input)).catch(async (error) => {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return null;
                    // Behind a pull-through cache, ECR looks for an absent tag in the other registry first.
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'UnableToGetUpstreamImageException'))
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
                        digest: imageDigest,
                        mediaType: image.imageManifestMediaType ?? null,
                        sizeInBytes: null,
                        // An archived image is among the failures: ECR gives no manifest of it.
                        active: true,
                    });
                }
            };
            await Promise.all((0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .chunks */ .VN)(tags, IMAGES_PER_CALL).map((wanted) => calling('ecr:DescribeImages', name, async () => {
                try {
                    await describe(wanted);
                }
                catch (error) {
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .isNamed */ .ev)(error, 'AccessDeniedException'))
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
                const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_3__/* .BatchGetImageCommand */ .P8n({ ...input, acceptedMediaTypes: _media_types_js__WEBPACK_IMPORTED_MODULE_1__/* .MANIFEST_TYPES */ ._ }));
                return answer.images?.[0]?.imageManifest ?? null;
            });
        },
        async settings() {
            const { privateSettings } = await __webpack_require__.e(/* import() */ 134).then(__webpack_require__.bind(__webpack_require__, 8134));
            return privateSettings(client, calling, registryId);
        },
        scans: async () => (await __webpack_require__.e(/* import() */ 529).then(__webpack_require__.bind(__webpack_require__, 1529))).privateScans(client, calling),
        replication: async () => (await __webpack_require__.e(/* import() */ 289).then(__webpack_require__.bind(__webpack_require__, 7289))).privateReplication(client, calling),
    };
    return ecr;
}
async function regionOf(client) {
    try {
        return await client.config.region();
    }
    catch (error) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('No AWS region.', "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.", { cause: error });
    }
}
function creationInput(settings) {
    const { mutability, scanOnPush, encryption, resourceTags } = settings;
    return {
        ...(mutability === null ? {} : mutabilityInput(mutability)),
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
function toRepository(found) {
    if (!found?.repositoryName || !found.repositoryArn || !found.repositoryUri || !found.registryId) {
        throw (0,_sdk_js__WEBPACK_IMPORTED_MODULE_2__/* .withoutRepository */ .tZ)();
    }
    return {
        name: found.repositoryName,
        arn: found.repositoryArn,
        uri: found.repositoryUri,
        registryId: found.registryId,
        mutability: {
            mode: found.imageTagMutability ?? 'MUTABLE',
            exclusions: (found.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
        },
        scanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false,
        encryption: {
            type: found.encryptionConfiguration?.encryptionType ?? 'AES256',
            key: found.encryptionConfiguration?.kmsKey ?? null,
        },
    };
}


/***/ }),

/***/ 9286:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Zs: () => (/* binding */ RETRIES),
  ag: () => (/* binding */ callingIn),
  VN: () => (/* binding */ chunks),
  oL: () => (/* binding */ decodeToken),
  GZ: () => (/* binding */ isDenied),
  ev: () => (/* binding */ isNamed),
  tZ: () => (/* binding */ withoutRepository)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(2685);
;// CONCATENATED MODULE: ./lib/ecr/exceptions.js
const registry = ({ region, registryId }) => registryId === null ? region : `${region} of account ${registryId}`;
const deleted = (call) => `it was there a moment ago: a lifecycle rule, another job or a person has deleted it. Look at the rules of '${call.repository ?? ''}', and let jobs that use the same tags wait for each other (concurrency).`;
const upload = () => 'the upload broke on its way: run the job again.';
const upstream = () => 'the registry behind the pull-through cache did not answer ECR: check its rule (aws ecr validate-pull-through-cache-rule) and the secret with its credentials.';
const value = () => 'ECR refuses a value that it was given: correct the input that the message names.';
const tags = () => "correct 'repository-tags': at most 50, each key once, 1 to 128 characters, not beginning with aws:.";
/**
 * What to do about the exceptions of ECR's model, private and public, besides those that every call has. Most are
 * an ordinary answer where the action expects them; here they are what nobody expected.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html
 */
const EXCEPTIONS = {
    ValidationException: value,
    InvalidTagParameterException: tags,
    TooManyTagsException: tags,
    RepositoryAlreadyExistsException: () => 'another job has created the repository and somebody has deleted it again: run the job again.',
    RepositoryNotEmptyException: () => 'delete its images first.',
    RepositoryPolicyNotFoundException: (call) => `'${call.repository ?? ''}' has no policy any more: another job has deleted it. Run the job again.`,
    LifecyclePolicyNotFoundException: (call) => `'${call.repository ?? ''}' has no lifecycle policy any more: another job has deleted it. Run the job again.`,
    LifecyclePolicyPreviewInProgressException: () => 'ECR makes one preview of a repository at a time: another job has begun one. Run the job again in a minute.',
    LifecyclePolicyPreviewNotFoundException: () => 'the preview has expired: run the job again.',
    TemplateNotFoundException: (call) => `there is no repository creation template of that prefix in ${registry(call)}: create it, or set create-repository: true.`,
    ImageNotFoundException: deleted,
    ImageArchivedException: () => 'restore the image (aws ecr update-image-storage-class --target-storage-class STANDARD), or use another one.',
    ImageStorageClassUpdateNotSupportedException: () => 'this image cannot be archived or restored: use another one.',
    ImageAlreadyExistsException: () => 'the image is there under this tag already: there is nothing to do.',
    ImageTagAlreadyExistsException: (call) => `'${call.repository ?? ''}' is immutable and the tag is taken: put another tag, or exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).`,
    ImageDigestDoesNotMatchException: () => 'the manifest has changed on its way: check proxies between the runner and ECR, and run the job again.',
    ReferencedImagesNotFoundException: (call) => `the index names images that '${call.repository ?? ''}' does not hold: push them there first, under their digests.`,
    LayersNotFoundException: (call) => `the image names layers that '${call.repository ?? ''}' does not hold: push the image itself, by docker, instead of its manifest alone.`,
    LayerInaccessibleException: () => 'the layer cannot be read now: run the job again.',
    LayerAlreadyExistsException: () => 'the layer is there already: there is nothing to do.',
    LayerPartTooSmallException: upload,
    InvalidLayerException: upload,
    InvalidLayerPartException: upload,
    EmptyUploadException: upload,
    UploadNotFoundException: upload,
    ScanNotFoundException: (call) => `nothing has scanned this image: let the registry scan '${call.repository ?? ''}' on push (aws ecr put-registry-scanning-configuration).`,
    UnsupportedImageTypeException: () => "basic scanning does not take this kind of artifact: leave 'fail-on-severity' out for it, or push an image.",
    UnableToGetUpstreamImageException: upstream,
    UnableToGetUpstreamLayerException: upstream,
    UnableToListUpstreamImageReferrersException: upstream,
    SigningConfigurationNotFoundException: (call) => `the registry in ${registry(call)} signs nothing on push: set that up (aws ecr put-signing-configuration), or do not ask for it.`,
    // ECR Public's own.
    RegistryNotFoundException: (call) => `account ${call.registryId ?? 'of the credentials'} has no public registry yet: create a public repository in its console once, or correct 'registry-id'.`,
    RepositoryCatalogDataNotFoundException: () => 'the repository has no catalog data: set some.',
    UnsupportedCommandException: (call) => `ECR Public does not take ${call.action} in ${call.region}: its API is in us-east-1.`,
};

;// CONCATENATED MODULE: ./lib/ecr/errors.js


/**
 * Turns what the SDK threw into an error that says what to do. Names are matched on `error.name`: throttling,
 * denied access and expired tokens are in no model.
 * @param error what the SDK threw
 * @param call what was being called
 */
function explainEcrError(error, call) {
    if (error instanceof errors/* ActionError */.lZ)
        return error;
    const name = errorName(error);
    const said = error instanceof Error ? error.message : String(error);
    const failed = `${call.action} failed for ${subject(call)}`;
    const as = (what, remedy) => new errors/* ActionError */.lZ(what, remedy, { cause: error });
    const known = REMEDIES[name] ?? EXCEPTIONS[name];
    if (known !== undefined)
        return as(`${failed}: ${said} (${name})`, known(call, said));
    if (/^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError)$/.test(codeOf(error) ?? name)) {
        return as(`${failed}: the ECR API in ${call.region} cannot be reached: ${said}`, `check that '${call.region}' is the region meant and that the runner reaches it (proxy: HTTPS_PROXY and NO_PROXY; in a VPC: the endpoint com.amazonaws.${call.region}.ecr.api).`);
    }
    if (/region is missing/i.test(said)) {
        return as('No AWS region.', "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.");
    }
    return as(`${failed}: ${said} (${name})`, `read the message of AWS above; the call was made in ${call.region} for ${resourceArn(call, said)}.`);
}
/**
 * The smallest statement that allows the call, as JSON to paste into the role's policy. A refusal that names its
 * action is believed: behind one call there may be another permission, such as one of KMS.
 */
function statementFor(call, said = '') {
    const action = /not authorized to perform: ([a-z0-9-]+:\w+)/.exec(said)?.[1] ?? call.action;
    return JSON.stringify({ Effect: 'Allow', Action: action, Resource: resourceArn(call, said) });
}
/**
 * A statement of one's own helps only where it is the identity's own policy that is silent.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const denied = (call, said) => {
    const statement = statementFor(call, said);
    const explicit = /with an explicit deny in (an? .*?(?:policy|boundary))/.exec(said)?.[1];
    if (explicit !== undefined) {
        return `a Deny in ${explicit} forbids it, and no further Allow helps: let whoever keeps it except this identity and resource: ${statement}`;
    }
    const silent = /because no (service control|session|VPC endpoint|resource-based) policy allows/.exec(said)?.[1];
    if (silent === 'resource-based') {
        return `the repository's own policy, in the account ${call.registryId ?? 'that it belongs to'}, must allow it to the identity in use: {"Effect":"Allow","Principal":{"AWS":"${principalIn(said)}"},"Action":${JSON.stringify(JSON.parse(statement).Action)}}`;
    }
    if (silent !== undefined)
        return `the ${silent} policy must allow it too; add this statement there: ${statement}`;
    if (/because no permissions boundary allows/.test(said)) {
        return `the role's permissions boundary must allow it too; add this statement there: ${statement}`;
    }
    const across = call.registryId === null
        ? ''
        : ` For a registry of another account (${call.registryId}), the repository's own policy there must allow it too.`;
    return `add this statement to the policy of the identity in use: ${statement}${across}`;
};
/** The role behind the session that AWS names in a refusal: what a policy's Principal takes. */
function principalIn(said) {
    const [, partition, account, role] = /arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/\s]+)/.exec(said) ?? [];
    if (role !== undefined)
        return `arn:${partition}:iam::${account}:role/${role}`;
    return /User: (arn:\S+)/.exec(said)?.[1] ?? 'ARN_OF_THE_ROLE';
}
/** What a call was about, in words. */
function subject(call) {
    return call.repository === null
        ? `the registry in ${where(call)}`
        : `'${call.repository}' in ${where(call)}`;
}
const invalidCredentials = () => 'the credentials are not valid: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN in the job, or the step that sets them (aws-actions/configure-aws-credentials).';
const expired = () => "the credentials have expired: let the step that sets them run just before this one, or ask it for a longer session (up to the role's maximum).";
const noCredentials = () => 'give the job credentials: role-to-assume (with permissions: id-token: write), a step with aws-actions/configure-aws-credentials before this one, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in its env, or a role on the self-hosted runner. To build without AWS, set push: false.';
const throttled = (call) => `AWS refused because of too many requests, and still did after retries: run fewer of these jobs at once, or raise the rate quota of ${call.action} in ${call.region} (Service Quotas, Amazon ECR).`;
const passing = () => 'the fault is on the side of AWS and lasted through the retries: run the job again.';
const REMEDIES = {
    AccessDeniedException: denied,
    AccessDenied: denied,
    UnauthorizedOperation: denied,
    CredentialsProviderError: noCredentials,
    UnrecognizedClientException: invalidCredentials,
    InvalidClientTokenId: invalidCredentials,
    InvalidSignatureException: (call, said) => /expired|not yet current/i.test(said)
        ? "the runner's clock differs from the time of AWS: set it."
        : invalidCredentials(call, said),
    IncompleteSignature: invalidCredentials,
    ExpiredTokenException: expired,
    ExpiredToken: expired,
    RequestExpired: expired,
    ThrottlingException: throttled,
    Throttling: throttled,
    TooManyRequestsException: throttled,
    RequestLimitExceeded: throttled,
    ServerException: passing,
    InternalFailure: passing,
    InternalServerError: passing,
    ServiceUnavailable: passing,
    ServiceUnavailableException: passing,
    RepositoryNotFoundException: (call) => `there is no repository '${call.repository ?? ''}' in ${where(call)}: set create-repository: true, or correct 'repository', 'aws-region' or 'registry-id'.`,
    LimitExceededException: (call) => `a quota of ECR in ${where(call)} is used up: delete what is not needed, or raise it (Service Quotas, Amazon ECR).`,
    InvalidParameterException: () => 'ECR refuses a value that it was given: correct the input that the message names.',
    KmsException: () => 'ECR cannot use the KMS key: the identity in use needs kms:CreateGrant, kms:DescribeKey and kms:RetireGrant on it, and the key must be enabled.',
};
function where(call) {
    return call.registryId === null ? call.region : `${call.region} of account ${call.registryId}`;
}
/** The resource as AWS itself named it in a refusal, which knows the account and the partition; else by the call. */
function resourceArn(call, said) {
    const named = /on resource: (arn:\S+)/.exec(said)?.[1];
    if (named !== undefined)
        return named;
    if (call.repository === null)
        return '*';
    const account = call.registryId ?? '*';
    if (call.action.startsWith('ecr-public:')) {
        return `arn:aws:ecr-public::${account}:repository/${call.repository}`;
    }
    return `arn:${partitionOf(call.region)}:ecr:${call.region}:${account}:repository/${call.repository}`;
}
/** By the prefixes of regions: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS = [
    ['cn-', 'aws-cn'],
    ['us-gov-', 'aws-us-gov'],
    ['eusc-', 'aws-eusc'],
    ['us-isob-', 'aws-iso-b'],
    ['us-isof-', 'aws-iso-f'],
    ['us-iso-', 'aws-iso'],
    ['eu-isoe-', 'aws-iso-e'],
];
function partitionOf(region) {
    return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}
function errorName(error) {
    return error instanceof Error ? error.name : 'Error';
}
function codeOf(error) {
    const code = error?.code;
    return typeof code === 'string' ? code : undefined;
}

;// CONCATENATED MODULE: ./lib/ecr/sdk.js


function callingIn(place) {
    return async (action, repository, call) => {
        try {
            return await call();
        }
        catch (error) {
            throw explainEcrError(error, { ...place, action, repository });
        }
    };
}
/** `authorizationToken` is base64 of `AWS:password`; both forms are masked before anything is made of them. */
function decodeToken(data, mask) {
    const token = data?.authorizationToken;
    if (!token) {
        throw new errors/* ActionError */.lZ('ECR answered without a token.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
    }
    mask(token);
    const decoded = Buffer.from(token, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    const password = decoded.slice(colon + 1);
    mask(password);
    return {
        host: data.proxyEndpoint?.replace(/^https?:\/\//, '').replace(/\/$/, '') ?? null,
        scheme: data.proxyEndpoint?.startsWith('http://') ? 'http' : 'https',
        username: decoded.slice(0, colon),
        password,
        expiresAt: data.expiresAt ?? null,
    };
}
/** A token bucket with client-side rate limiting: many jobs of one matrix share the account's quota. */
const RETRIES = { retryMode: 'adaptive', maxAttempts: 6 };
function isNamed(error, ...names) {
    return error instanceof Error && names.includes(error.name);
}
/** Whether an error, or what it was made of, is a missing permission. */
function isDenied(error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return isNamed(cause, 'AccessDeniedException', 'AccessDenied');
}
function chunks(items, size) {
    const result = [];
    for (let start = 0; start < items.length; start += size)
        result.push(items.slice(start, start + size));
    return result;
}
/** An answer that lacks what it must have: not ECR, or something between that changes it. */
function withoutRepository() {
    return new errors/* ActionError */.lZ('ECR answered without a repository.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
}


/***/ })

};
