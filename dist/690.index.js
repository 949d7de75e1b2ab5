export const id = 690;
export const ids = [690];
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

/***/ 7690:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   putTags: () => (/* binding */ putTags)
/* harmony export */ });
/* harmony import */ var _shared_limiter_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6193);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(228);


/** ECR allows ten of PutImage a second, and more in a burst. */
const TAGS_AT_ONCE = 10;
/**
 * Puts an image that is in the repository under tags: one small request each, at the same time.
 * @throws RegistryError where one is refused
 */
async function putTags({ registry, repository }, manifest, tags) {
    const limiter = new _shared_limiter_js__WEBPACK_IMPORTED_MODULE_1__/* .Limiter */ .j(TAGS_AT_ONCE);
    const put = async (tag) => {
        try {
            await registry.putManifest(repository, tag, manifest);
        }
        catch (error) {
            if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RegistryError */ .gl) || error.status === null)
                throw error;
            // An immutable repository refuses a tag even for the image that has it already.
            const held = await registry.head(repository, tag).catch(() => null);
            if (held?.digest !== manifest.digest)
                throw error;
        }
    };
    await (0,_shared_limiter_js__WEBPACK_IMPORTED_MODULE_1__/* .settled */ .g)(tags.map((tag) => limiter.run(() => put(tag))));
}


/***/ }),

/***/ 6193:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ settled),
/* harmony export */   j: () => (/* binding */ Limiter)
/* harmony export */ });
/**
 * So many pieces of work at a time. After a failure nothing more is begun: what waits fails with the same error.
 */
class Limiter {
    #waiting = [];
    #free;
    #failure = null;
    constructor(limit) {
        this.#free = limit;
    }
    /** @throws what the work throws, or what other work of this limiter has thrown before it began */
    async run(work) {
        if (this.#free > 0)
            this.#free--;
        else
            await new Promise((resolve) => this.#waiting.push(resolve));
        try {
            if (this.#failure !== null)
                throw this.#failure.error;
            return await work();
        }
        catch (error) {
            this.#failure ??= { error };
            throw error;
        }
        finally {
            const next = this.#waiting.shift();
            if (next === undefined)
                this.#free++;
            else
                next();
        }
    }
}
/**
 * Waits for all, also after a failure: nothing goes on behind an error that was reported.
 * @throws the first failure
 */
async function settled(parts) {
    const results = await Promise.allSettled(parts);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined)
        throw failed.reason;
    return results.map((result) => result.value);
}


/***/ })

};
