export const id = 827;
export const ids = [827];
export const modules = {

/***/ 1827:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   connectEcr: () => (/* binding */ connectEcr)
/* harmony export */ });
/* harmony import */ var _ecr_retries_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1316);
/* harmony import */ var _shared_proxied_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7344);


/**
 * The ECR that the inputs mean, with the credentials that they mean. Nothing of AWS is loaded before this is called,
 * and of it only what the inputs need.
 * @throws ActionError where no region is set
 */
async function connectEcr({ repository, role }, world) {
    const { env, mask, log } = world;
    const { registryType, registryId } = repository;
    const region = repository.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null);
    const network = { requestHandler: { ..._ecr_retries_js__WEBPACK_IMPORTED_MODULE_0__/* .TIMEOUTS */ .fT, ...(await (0,_shared_proxied_js__WEBPACK_IMPORTED_MODULE_1__/* .proxied */ .I)(env)) } };
    const identity = role === null
        ? {}
        : { credentials: (await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(695), __webpack_require__.e(381)]).then(__webpack_require__.bind(__webpack_require__, 6762))).assumedRole(role, { ...world, region, network }) };
    const options = { region, registryId, mask, log, client: { ...network, ...identity } };
    if (registryType === 'public') {
        const { connectPublicEcr } = await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(202), __webpack_require__.e(949)]).then(__webpack_require__.bind(__webpack_require__, 3949));
        return connectPublicEcr(options);
    }
    const { connectPrivateEcr } = await Promise.all(/* import() */[__webpack_require__.e(861), __webpack_require__.e(249), __webpack_require__.e(821)]).then(__webpack_require__.bind(__webpack_require__, 2202));
    return connectPrivateEcr(options);
}


/***/ }),

/***/ 9689:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ki: () => (/* binding */ soundDigest),
/* harmony export */   Qm: () => (/* binding */ malformed),
/* harmony export */   gR: () => (/* binding */ soundRepository),
/* harmony export */   oo: () => (/* binding */ soundHost),
/* harmony export */   vl: () => (/* binding */ soundSize)
/* harmony export */ });
/* harmony import */ var _oci_types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5208);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2730);


// What the API names is put into command lines, references and the log, so that it must be what it is said to be.
// Which host it is stays ECR's to say: other partitions and ECR-compatible servers have their own.
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i;
const PATH = /^[a-z0-9][a-z0-9._/-]{0,300}$/;
const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:\d{12}:repository\/[\w./-]+$/;
/** An answer that is not what was asked for: not ECR, or something between that changes it. */
function malformed(what) {
    return new _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`ECR answered with ${what}.`, 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
}
/** @throws ActionError for what is no host, with a port where it has one */
function soundHost(text) {
    if (typeof text === 'string' && HOST.test(text))
        return text;
    throw malformed('an endpoint that is no host');
}
/** @throws ActionError for what is no digest */
function soundDigest(text) {
    if (typeof text === 'string' && _oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .DIGEST */ .Dh.test(text))
        return text;
    throw malformed('a digest that is none');
}
/** @returns null for what is no size: it is only shown */
function soundSize(size) {
    return Number.isSafeInteger(size) && size >= 0 ? size : null;
}
/**
 * What identifies a repository, as an API names it.
 * @param asked the repository's name
 * @throws ActionError where one of it is missing or malformed, or where it is another repository
 */
function soundRepository(found, asked) {
    const { repositoryName: name, repositoryArn: arn, repositoryUri: uri, registryId } = found ?? {};
    if (!name || !arn || !uri || !registryId) {
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('ECR answered without a repository.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
    }
    if (name !== asked)
        throw malformed(`another repository than ${asked}`);
    if (typeof arn !== 'string' || !ARN.test(arn))
        throw malformed("a repository's ARN that is none");
    if (typeof registryId !== 'string' || !/^\d{12}$/.test(registryId)) {
        throw malformed("a registry's id that is none");
    }
    const [host = '', ...path] = typeof uri === 'string' ? uri.split('/') : [];
    const rest = path.join('/');
    if (!HOST.test(host) || !PATH.test(rest) || !`/${rest}`.endsWith(`/${asked}`)) {
        throw malformed("a repository's URI that is none");
    }
    return { name: asked, arn, uri: uri, registryId };
}


/***/ }),

/***/ 1733:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  SI: () => (/* binding */ explainEcrError),
  TT: () => (/* binding */ saidBy)
});

// UNUSED EXPORTS: statementFor

// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
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


/** More than AWS has to say; what is longer comes from elsewhere. */
const LONGEST = 4000;
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
    const said = saidBy(error).slice(0, LONGEST);
    const failed = `${call.action} failed for ${subject(call)}`;
    const as = (what, remedy) => new errors/* ActionError */.lZ(what, remedy, { cause: error });
    const known = [REMEDIES, EXCEPTIONS].find((table) => Object.hasOwn(table, name))?.[name];
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
    return error instanceof Error && typeof error.name === 'string' ? error.name : 'Error';
}
/** The SDK takes the message from the answer, in which it need not be text. */
function saidBy(error) {
    const message = error instanceof Error ? error.message : error;
    return typeof message === 'string' ? message : 'no message';
}
function codeOf(error) {
    const code = error?.code;
    return typeof code === 'string' ? code : undefined;
}


/***/ }),

/***/ 1316:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Zs: () => (/* binding */ RETRIES),
/* harmony export */   aQ: () => (/* binding */ tellRetries),
/* harmony export */   fT: () => (/* binding */ TIMEOUTS)
/* harmony export */ });
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2378);

/** A token bucket with client-side rate limiting: many jobs of one matrix share the account's quota. */
const RETRIES = { retryMode: 'adaptive', maxAttempts: 6 };
/**
 * How long a call may take: node's own handler waits for ever for an endpoint that swallows what it gets.
 * https://github.com/smithy-lang/smithy-typescript/tree/main/packages/node-http-handler
 */
const TIMEOUTS = {
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
};
/**
 * Lets the SDK tell each of its retries, and not retry what it takes for throttling and is none: a quota that is used
 * up (LimitExceededException) is so in a second, too.
 * @param client whose calls it is about; changed in place
 * @param service such as `ECR`
 */
function tellRetries(client, service, log) {
    const config = client.config;
    const given = config.retryStrategy;
    let telling = null;
    config.retryStrategy = () => {
        telling ??= given().then((strategy) => told(strategy, service, log));
        return telling;
    };
}
function told(strategy, service, log) {
    const refresh = strategy.refreshRetryTokenForRetry?.bind(strategy);
    if (refresh === undefined)
        return strategy;
    strategy.refreshRetryTokenForRetry = async (token, info) => {
        const lasts = (0,_sdk_js__WEBPACK_IMPORTED_MODULE_0__/* .isNamed */ .ev)(info.error, 'LimitExceededException');
        const next = await refresh(token, lasts ? { ...info, errorType: 'CLIENT_ERROR' } : info);
        // The SDK has waited by now.
        log(`A call to ${service} failed (${reasonOf(info.error)}); again, attempt ${next.getRetryCount() + 1} of ${RETRIES.maxAttempts}`);
        return next;
    };
    return strategy;
}
/** In one line. Of an answer that is not AWS's, such as a gateway's page, the status says more than that it is none. */
function reasonOf(error) {
    const { name = 'Error', message = '', $response, } = (error ?? {});
    const status = $response?.statusCode ?? 0;
    if ((error instanceof SyntaxError || name === 'Unknown') && status >= 400)
        return `an answer of status ${status} that is not AWS's`;
    return `${name}: ${message.split('\n', 1)[0]?.slice(0, 200)}`;
}


/***/ }),

/***/ 2378:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GZ: () => (/* binding */ isDenied),
/* harmony export */   VN: () => (/* binding */ chunks),
/* harmony export */   ag: () => (/* binding */ callingIn),
/* harmony export */   ev: () => (/* binding */ isNamed),
/* harmony export */   oL: () => (/* binding */ decodeToken)
/* harmony export */ });
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2730);
/* harmony import */ var _answers_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9689);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1733);



function callingIn(place) {
    return async (action, repository, call) => {
        try {
            return await call();
        }
        catch (error) {
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explainEcrError */ .SI)(error, { ...place, action, repository });
        }
    };
}
/** `authorizationToken` is base64 of `AWS:password`; both forms are masked before anything is made of them. */
function decodeToken(data, mask) {
    const token = data?.authorizationToken;
    if (!token) {
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('ECR answered without a token.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
    }
    mask(token);
    const decoded = Buffer.from(token, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    const password = decoded.slice(colon + 1);
    mask(password);
    const endpoint = data.proxyEndpoint?.replace(/^https?:\/\//, '').replace(/\/$/, '') ?? null;
    return {
        host: endpoint === null ? null : (0,_answers_js__WEBPACK_IMPORTED_MODULE_1__/* .soundHost */ .oo)(endpoint),
        scheme: data.proxyEndpoint?.startsWith('http://') ? 'http' : 'https',
        username: decoded.slice(0, colon),
        password,
        expiresAt: data.expiresAt ?? null,
    };
}
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


/***/ }),

/***/ 5208:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $p: () => (/* binding */ OCI_INDEX),
/* harmony export */   $r: () => (/* binding */ platformName),
/* harmony export */   Dh: () => (/* binding */ DIGEST),
/* harmony export */   H3: () => (/* binding */ isAttestation),
/* harmony export */   NO: () => (/* binding */ platformIn),
/* harmony export */   OR: () => (/* binding */ blobsOf),
/* harmony export */   _P: () => (/* binding */ MANIFEST_TYPES),
/* harmony export */   nw: () => (/* binding */ isIndex),
/* harmony export */   ol: () => (/* binding */ digestOf),
/* harmony export */   wH: () => (/* binding */ OCI_IMAGE)
/* harmony export */ });
/* unused harmony exports DOCKER_LIST, DOCKER_IMAGE */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';
/** What is asked for where a manifest is read. */
const MANIFEST_TYPES = [
    OCI_INDEX,
    OCI_IMAGE,
    DOCKER_LIST,
    DOCKER_IMAGE,
    'application/vnd.oci.artifact.manifest.v1+json',
];
/** sha256 is what ECR has; another algorithm would be refused there too. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const isIndex = (mediaType) => mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
/** The digest of bytes, as OCI writes it. */
function digestOf(bytes) {
    return `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(bytes).digest('hex')}`;
}
/** `linux/arm64/v8`, as Docker writes a platform. */
function platformName({ os, architecture, variant }) {
    return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}
/** The platform that a configuration or a descriptor names; null where it names none. */
function platformIn(said) {
    const { os, architecture, variant, 'os.version': version } = (said ?? {});
    const given = (value) => typeof value === 'string' && value !== '';
    if (!given(os) || !given(architecture))
        return null;
    return {
        os,
        architecture,
        ...(given(variant) ? { variant } : {}),
        ...(given(version) ? { 'os.version': version } : {}),
    };
}
/** The blobs that a manifest names. Those that lie elsewhere (`urls`) are not the registry's. */
function blobsOf({ config, layers = [], blobs = [] }) {
    const all = [...(config === undefined ? [] : [config]), ...layers, ...blobs];
    return [...new Map(all.filter(({ urls }) => !urls?.length).map((blob) => [blob.digest, blob])).values()];
}
/** What BuildKit marks as provenance and SBOM of another manifest of the same index. */
function isAttestation({ annotations }) {
    return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}


/***/ }),

/***/ 7344:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ proxied)
/* harmony export */ });
/* unused harmony export PROXY_VARIABLES */
const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
/** Agents that go through the proxies that the environment names; null where it names none. */
async function proxied(env) {
    const names = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()]);
    if (!names.some((name) => env[name]))
        return null;
    return (await __webpack_require__.e(/* import() */ 319).then(__webpack_require__.bind(__webpack_require__, 4319))).proxyAgents();
}


/***/ })

};
