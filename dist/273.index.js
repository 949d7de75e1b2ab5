export const id = 273;
export const ids = [273];
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

/***/ 9273:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Layout: () => (/* binding */ Layout)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _oci_content_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3760);
/* harmony import */ var _oci_types_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5208);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(228);






/**
 * An image in a folder, as builders write it, to be read as if it were in a registry.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
class Layout {
    host = null;
    #folder;
    constructor(folder) {
        this.#folder = folder;
    }
    /** @throws RegistryError where the file is not there, or not what its name says */
    async manifest(_, digest) {
        const bytes = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readFile)(this.#file(digest)).catch((error) => {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .RegistryError */ .gl(`${digest} cannot be read from ${this.#folder}: ${error.message}`);
        });
        if ((0,_oci_types_js__WEBPACK_IMPORTED_MODULE_4__/* .digestOf */ .ol)(bytes) !== digest)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .RegistryError */ .gl(`the file of ${digest} has other bytes`);
        const content = (0,_oci_content_js__WEBPACK_IMPORTED_MODULE_3__/* .contentOf */ .$)(bytes);
        if (content === null)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .RegistryError */ .gl(`${digest} is no manifest that can be right`);
        const mediaType = content.mediaType ?? (content.manifests === undefined ? _oci_types_js__WEBPACK_IMPORTED_MODULE_4__/* .OCI_IMAGE */ .wH : _oci_types_js__WEBPACK_IMPORTED_MODULE_4__/* .OCI_INDEX */ .$p);
        return { digest, mediaType, bytes, content };
    }
    async openBlob(_, { digest }, from = 0) {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(this.#file(digest), { start: from });
    }
    /** A builder writes no tags that anybody asks for, */
    async head() {
        return null;
    }
    /** and nothing that refers to an image but by an index. */
    async referrers() {
        return null;
    }
    #file(digest) {
        if (!_oci_types_js__WEBPACK_IMPORTED_MODULE_4__/* .DIGEST */ .Dh.test(digest))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .RegistryError */ .gl(`${digest} is no digest`);
        return node_path__WEBPACK_IMPORTED_MODULE_2__.join(this.#folder, 'blobs', 'sha256', digest.slice('sha256:'.length));
    }
}


/***/ })

};
