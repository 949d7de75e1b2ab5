export const id = 244;
export const ids = [244];
export const modules = {

/***/ 228:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J5: () => (/* binding */ refused),
/* harmony export */   Qm: () => (/* binding */ wrong),
/* harmony export */   gl: () => (/* binding */ RegistryError),
/* harmony export */   mw: () => (/* binding */ broken)
/* harmony export */ });
/** An answer of a registry that is not what was asked for, or none. The message holds no credential and no query. */
class RegistryError extends Error {
    name = 'RegistryError';
    /** Null where there was no answer, or one that cannot be right. */
    status;
    /** OCI's error code, such as `MANIFEST_UNKNOWN`; null where the registry gave none. */
    code;
    /** Whether the same request can succeed later. */
    transient;
    /** How long the registry wants to be left alone. */
    retryAfterMs;
    /** How the registry wants to be asked, where it refused for that. */
    challenge;
    constructor(message, about = {}, options) {
        super(message, options);
        this.status = about.status ?? null;
        this.code = about.code ?? null;
        this.transient = about.transient ?? false;
        this.retryAfterMs = about.retryAfterMs ?? null;
        this.challenge = about.challenge ?? null;
    }
}
/** Statuses of a passing trouble. https://www.rfc-editor.org/rfc/rfc9110#name-status-codes */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
/** A registry that wants to be left alone for longer is not waited for. */
const LONGEST_AFTER_MS = 120_000;
/**
 * Codes of node's own, for connections that broke or could not be made at the moment. A name that does not exist
 * (ENOTFOUND) and a certificate that is not trusted stay so; a resolver without an answer (EAI_AGAIN) does not.
 * https://nodejs.org/api/errors.html#common-system-errors
 */
const PASSING_CODES = /^(?:ECONNRESET|ECONNABORTED|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENETRESET|ERR_STREAM_PREMATURE_CLOSE|ERR_TLS_HANDSHAKE_TIMEOUT|HPE_\w+)$/;
/**
 * The error for an answer.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 * @param doing `PUT https://HOST/v2/NAME/manifests/v1`
 * @param body the beginning of the answer's body
 */
function refused(doing, status, headers, body) {
    const { code, message } = errorIn(body);
    const said = [code, message ?? plain(body)].filter((part) => part !== null && part !== '').join(': ');
    const passes = PASSING.has(status) || code === 'TOOMANYREQUESTS';
    const retryAfterMs = retryAfter(headers['retry-after']);
    const tooLong = passes && (retryAfterMs ?? 0) > LONGEST_AFTER_MS;
    const wait = tooLong
        ? ` (it asks to come back in ${Math.round((retryAfterMs ?? 0) / 1000)} s, which is too long to wait for)`
        : '';
    return new RegistryError(`${doing}: ${status}${said === '' ? '' : ` ${said}`}${wait}`, {
        status,
        code,
        transient: passes && !tooLong,
        retryAfterMs,
        challenge: status === 401 ? String(headers['www-authenticate'] ?? '') : null,
    });
}
/** The error for a connection that broke. */
function broken(doing, error) {
    if (error instanceof RegistryError)
        return error;
    const { message, code } = error;
    const transient = PASSING_CODES.test(code ?? '') || message === 'aborted';
    return new RegistryError(`${doing}: ${message || code}`, { transient }, { cause: error });
}
/** The error for an answer that cannot be right; asking again is worth while. */
function wrong(doing, what) {
    return new RegistryError(`${doing}: ${what}`, { transient: true });
}
/** The first error that the registry names, as far as it is text. */
function errorIn(body) {
    const text = (value) => (typeof value === 'string' ? value.slice(0, 1000) : null);
    try {
        const { errors } = JSON.parse(body);
        const [first] = (Array.isArray(errors) ? errors : []);
        return { code: text(first?.code), message: text(first?.message) };
    }
    catch {
        return { code: null, message: null };
    }
}
/** What a proxy or a gateway says in a page of its own is no help beyond a line. */
function plain(body) {
    return body
        .slice(0, 4096)
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 200);
}
/** Seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(value) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text === undefined)
        return null;
    const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
    return Number.isFinite(ms) ? Math.max(0, ms) : null;
}


/***/ }),

/***/ 5244:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   explainRegistryError: () => (/* binding */ explainRegistryError)
/* harmony export */ });
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2730);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(228);
/* harmony import */ var _known_failures_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5926);



/**
 * Turns what a registry said into an error that says what to do.
 * @param doing `The copy of sha256:… to HOST/NAME`
 * @param error anything that was thrown
 */
function explainRegistryError(doing, error) {
    if (error instanceof _shared_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ)
        return error;
    const said = error instanceof Error ? error.message : String(error);
    const as = (remedy, what = '') => new _shared_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`${doing} failed${what === '' ? '' : `. ${what}`}: ${said}`, remedy, { cause: error });
    if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .RegistryError */ .gl))
        return as('run the job again; where it fails again, report this.');
    const action = /not authorized to perform: (ecr:\w+)(?: on resource: (arn:\S+))?/.exec(said);
    if (action !== null) {
        const [, Action, Resource = '*'] = action;
        return as(`add this statement to the policy of the identity in use: ${JSON.stringify({ Effect: 'Allow', Action, Resource })} In another account, the repository's own policy there must allow it too.`);
    }
    const known = (0,_known_failures_js__WEBPACK_IMPORTED_MODULE_2__/* .knownFailure */ .q)(said);
    if (known !== undefined)
        return as(known.remedy, known.what);
    if (error.status === 401 || error.status === 403) {
        return as('check the policy of the identity in use, the repository policy and the VPC endpoint policy.');
    }
    if (error.status === 404) {
        return as('check the repository, the tag or digest and the region; a lifecycle rule may have removed it.');
    }
    if (error.status === null || error.transient) {
        return as('this lasted through several attempts: run the job again; where it goes on, check that the runner reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and S3).');
    }
    return as('read what the registry says above.');
}


/***/ }),

/***/ 5926:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ KNOWN),
/* harmony export */   q: () => (/* binding */ knownFailure)
/* harmony export */ });
/** What a registry or the engine says, and what that means in ECR. */
const KNOWN = [
    {
        said: /cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable/i,
        what: 'The tag exists already, and the repository is immutable',
        remedy: 'push another tag (the commit SHA changes with each commit), or make the repository mutable.',
    },
    {
        said: /your authorization token has expired/i,
        what: 'A registry calls the token expired',
        remedy: 'run the job again: the step renews its own token once, and says above where it could not; where it is about a base image in another registry, log in to that just before this step.',
    },
    {
        said: /no basic auth credentials|401 unauthorized/i,
        what: 'A registry wants a login that docker does not have',
        remedy: 'log in to the registry of the base image in a step before this one.',
    },
    {
        said: /name unknown: The repository with name/i,
        what: 'A repository does not exist in ECR',
        remedy: 'set create-repository: true where it is the one to push to; where it is a base image, correct the FROM line.',
    },
    {
        said: /insufficient_scope|403 forbidden|denied: /i,
        what: 'A registry denies access',
        remedy: "for the push, the identity needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository (and, in another account, that repository's policy must allow them); for a base image, its registry must allow the pull.",
    },
    {
        said: /toomanyrequests|429 too many requests/i,
        what: 'A registry refuses because of too many requests',
        remedy: 'for the push, run fewer jobs at once, or raise the quotas of ECR; for a base image, log in to its registry, or take it from public.ecr.aws or from a pull-through cache.',
    },
    {
        // BuildKit leaves out what the registry says beside the status.
        said: /unexpected status from PUT request to \S+\/manifests\/\S+: 400 Bad Request/i,
        what: 'The registry refuses the manifest, and the builder does not pass on why',
        remedy: 'in most cases another job has just pushed the same tag, and the repository is immutable: push another tag (the commit SHA changes with each commit), or run the job again.',
    },
    {
        said: /maximum number of artifacts \(100\)/i,
        what: 'The image has 100 referrers already (signatures, attestations), which is as many as ECR allows',
        remedy: 'delete old referrers of that image, or build a new image.',
    },
    {
        said: /cache export is not supported for the docker driver/i,
        what: 'The builder cannot write a cache',
        remedy: 'use a builder of docker/setup-buildx-action, or turn the containerd image store of the engine on.',
    },
    {
        said: /unsupported request frontend\.(?:lint|outline|targets)/i,
        what: "The builder's Dockerfile frontend does not know this call",
        remedy: 'update the engine or the builder (BuildKit 0.14, Docker 27 and later know check), or begin the Dockerfile with "# syntax=docker/dockerfile:1".',
    },
    {
        said: /no space left on device/i,
        anywhere: true,
        what: "The runner's disk is full",
        remedy: 'free some (docker system prune), or take a larger runner.',
    },
    {
        said: /target stage .{0,300} could not be found|failed to reach build target/i,
        what: "The Dockerfile has no stage of the name in the input 'target'",
        remedy: "name one of the Dockerfile's stages (FROM … AS NAME).",
    },
];
/** What is known of something that docker or a registry has said. */
function knownFailure(output) {
    return KNOWN.find(({ said }) => said.test(output));
}


/***/ })

};
