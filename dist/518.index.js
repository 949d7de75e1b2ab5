export const id = 518;
export const ids = [518];
export const modules = {

/***/ 7731:
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
/** Codes of node's own, for connections that broke or could not be made at the moment. */
const PASSING_CODES = /^(?:ECONNRESET|ECONNABORTED|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|HPE_INVALID_EOF_STATE)$/;
/**
 * The error for an answer.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 * @param doing `PUT https://HOST/v2/NAME/manifests/v1`
 * @param body the beginning of the answer's body
 */
function refused(doing, status, headers, body) {
    const [first] = errorsIn(body);
    const code = first?.code ?? null;
    const said = [code, first?.message ?? plain(body)].filter((part) => part !== null && part !== '').join(': ');
    return new RegistryError(`${doing}: ${status}${said === '' ? '' : ` ${said}`}`, {
        status,
        code,
        transient: PASSING.has(status) || code === 'TOOMANYREQUESTS',
        retryAfterMs: retryAfter(headers['retry-after']),
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
function errorsIn(body) {
    try {
        const { errors } = JSON.parse(body);
        return Array.isArray(errors) ? errors : [];
    }
    catch {
        return [];
    }
}
/** What a proxy or a gateway says in a page of its own is no help beyond a line. */
function plain(body) {
    return body
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

/***/ 9518:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Layout: () => (/* binding */ Layout)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7731);
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6131);





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
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RegistryError */ .gl(`${digest} cannot be read from ${this.#folder}: ${error.message}`);
        });
        if ((0,_types_js__WEBPACK_IMPORTED_MODULE_4__/* .digestOf */ .ol)(bytes) !== digest)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RegistryError */ .gl(`the file of ${digest} has other bytes`);
        const content = JSON.parse(bytes.toString('utf8'));
        const mediaType = content.mediaType ?? (content.manifests === undefined ? _types_js__WEBPACK_IMPORTED_MODULE_4__/* .OCI_IMAGE */ .wH : _types_js__WEBPACK_IMPORTED_MODULE_4__/* .OCI_INDEX */ .$p);
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
        if (!_types_js__WEBPACK_IMPORTED_MODULE_4__/* .DIGEST */ .Dh.test(digest))
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RegistryError */ .gl(`${digest} is no digest`);
        return node_path__WEBPACK_IMPORTED_MODULE_2__.join(this.#folder, 'blobs', 'sha256', digest.slice('sha256:'.length));
    }
}


/***/ })

};
