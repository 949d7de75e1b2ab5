export const id = 900;
export const ids = [900];
export const modules = {

/***/ 6900:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   connectPublicEcr: () => (/* binding */ connectPublicEcr)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9492);
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9286);


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
    const client = new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .ECRPUBLICClient */ .Rr({ ..._sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .RETRIES */ .Zs, region, ...options.client });
    const registryId = options.registryId === null ? {} : { registryId: options.registryId };
    const calling = (0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .callingIn */ .ag)({ region, registryId: options.registryId });
    const ecr = {
        authorize() {
            return calling('ecr-public:GetAuthorizationToken', null, async () => {
                const { authorizationData } = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .GetAuthorizationTokenCommand */ .Eu({}));
                return (0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .decodeToken */ .oL)(authorizationData, options.mask);
            });
        },
        findRepository(name) {
            return calling('ecr-public:DescribeRepositories', name, async () => {
                try {
                    const input = { ...registryId, repositoryNames: [name] };
                    const found = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .DescribeRepositoriesCommand */ .pE(input));
                    return toRepository(found.repositories?.[0]);
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
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
                    const made = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .CreateRepositoryCommand */ .WT(input));
                    return { ...toRepository(made.repository), created: true };
                }
                catch (error) {
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .isNamed */ .ev)(error, 'RepositoryAlreadyExistsException'))
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
                    const { imageDetails = [] } = await client.send(new _aws_sdk_client_ecr_public__WEBPACK_IMPORTED_MODULE_1__/* .DescribeImagesCommand */ .ji(input));
                    for (const { imageDigest, imageTags = [], imageManifestMediaType, imageSizeInBytes, } of imageDetails) {
                        for (const tag of imageTags) {
                            if (!wanted.includes(tag) || imageDigest === undefined)
                                continue;
                            held.set(tag, {
                                digest: imageDigest,
                                mediaType: imageManifestMediaType ?? null,
                                sizeInBytes: imageSizeInBytes ?? null,
                                active: true,
                            });
                        }
                    }
                }
                catch (error) {
                    if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .isNamed */ .ev)(error, 'RepositoryNotFoundException'))
                        return;
                    if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .isNamed */ .ev)(error, 'ImageNotFoundException'))
                        throw error;
                    if (wanted.length > 1)
                        await Promise.all(wanted.map((tag) => describe([tag])));
                }
            };
            await Promise.all((0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .chunks */ .VN)(tags, IMAGES_PER_CALL).map((wanted) => calling('ecr-public:DescribeImages', name, () => describe(wanted))));
            return held;
        },
        async readManifest() {
            return null;
        },
        async settings() {
            const { publicSettings } = await __webpack_require__.e(/* import() */ 688).then(__webpack_require__.bind(__webpack_require__, 5688));
            return publicSettings(client, calling, registryId);
        },
    };
    return ecr;
}
function toRepository(found) {
    if (!found?.repositoryName || !found.repositoryArn || !found.repositoryUri || !found.registryId) {
        throw (0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .withoutRepository */ .tZ)();
    }
    return {
        name: found.repositoryName,
        arn: found.repositoryArn,
        uri: found.repositoryUri,
        registryId: found.registryId,
        mutability: { mode: 'MUTABLE', exclusions: [] },
        scanOnPush: false,
        encryption: { type: 'AES256', key: null },
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
