export const id = 60;
export const ids = [60];
export const modules = {

/***/ 3760:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ contentOf)
/* harmony export */ });
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5208);

/**
 * What a manifest says, where all that it says of others can be right: a digest and a size that are ones, since a
 * digest becomes a part of an address and a size a length.
 * https://github.com/opencontainers/image-spec/blob/main/descriptor.md#properties
 * @param given bytes or text, where it is one
 * @returns null for what is no manifest
 */
function contentOf(given) {
    const text = given instanceof Uint8Array ? Buffer.from(given).toString('utf8') : given;
    if (typeof text !== 'string')
        return null;
    let content;
    try {
        content = JSON.parse(text);
    }
    catch {
        return null;
    }
    if (!isObject(content))
        return null;
    const { config, subject, layers = [], blobs = [], manifests = [], mediaType = '', annotations } = content;
    const single = [config, subject].filter((descriptor) => descriptor !== undefined);
    const lists = [layers, blobs, manifests];
    const sound = typeof mediaType === 'string' &&
        (annotations === undefined || annotations === null || isObject(annotations)) &&
        lists.every((list) => Array.isArray(list) && list.every(isDescriptor)) &&
        single.every(isDescriptor);
    return sound ? content : null;
}
function isDescriptor(value) {
    if (!isObject(value))
        return false;
    const { mediaType, digest, size, platform, annotations } = value;
    return (typeof mediaType === 'string' &&
        typeof digest === 'string' &&
        _types_js__WEBPACK_IMPORTED_MODULE_0__/* .DIGEST */ .Dh.test(digest) &&
        Number.isSafeInteger(size) &&
        size >= 0 &&
        (platform === undefined || isPlatform(platform)) &&
        (annotations === undefined || annotations === null || isObject(annotations)));
}
function isPlatform(value) {
    if (!isObject(value))
        return false;
    const { os, architecture, variant, 'os.version': version } = value;
    return (typeof os === 'string' &&
        typeof architecture === 'string' &&
        [variant, version].every((text) => text === undefined || typeof text === 'string'));
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
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

/***/ 9127:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ng: () => (/* binding */ describeRequest),
/* harmony export */   Ue: () => (/* binding */ directAgents),
/* harmony export */   Vc: () => (/* binding */ readUpTo),
/* harmony export */   Ze: () => (/* binding */ drain),
/* harmony export */   tN: () => (/* binding */ send)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6466);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(228);




const SOCKETS = { keepAlive: true, maxSockets: 32 };
/** A connection on which nothing moves for so long is taken for dead. */
const IDLE_MS = 60_000;
/** And one of a few bytes that takes so long. */
const SMALL_MS = 120_000;
/** What is not wanted may take so long and be so large; a new connection costs less. */
const DRAIN_MS = 10_000;
const REDIRECTS = 5;
const ERROR_BODY = 64 * 1024;
function directAgents() {
    return { http: new node_http__WEBPACK_IMPORTED_MODULE_0__.Agent(SOCKETS), https: new node_https__WEBPACK_IMPORTED_MODULE_1__.Agent(SOCKETS) };
}
/** Method and address, without the query: an upload's address, or a redirect's, can hold a credential there. */
function describeRequest({ method, url }) {
    return `${method} ${url.origin}${url.pathname}`;
}
/**
 * Sends one request and follows redirects of what only reads. Credentials go to the address that was asked and to
 * nobody it refers to: ECR refers to where layers lie, with an address that is its own permission.
 * @param expected the statuses that are an answer; every other one is an error
 * @returns the answer, whose body the caller has to read or destroy
 * @throws RegistryError for another status, or without an answer
 */
async function send(request, expected, agents, authorization) {
    const doing = describeRequest(request);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    let { url } = request;
    for (let hops = 0;; hops++) {
        const own = url.origin === request.url.origin;
        const headers = {
            'user-agent': 'ecr-build-push',
            ...(own ? { authorization } : {}),
            ...request.headers,
        };
        const answer = await once({ ...request, url, headers }, agents).catch((error) => {
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .broken */ .mw)(doing, error);
        });
        const status = answer.statusCode ?? 0;
        if (expected.includes(status))
            return answer;
        const location = answer.headers.location;
        if (reads && location !== undefined && [301, 302, 303, 307, 308].includes(status)) {
            answer.destroy();
            url = redirected(doing, url, location, hops);
            continue;
        }
        const text = await readUpTo(answer, ERROR_BODY).then((bytes) => Buffer.from(bytes).toString('utf8'), () => '');
        answer.destroy();
        throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .refused */ .J5)(doing, status, answer.headers, text);
    }
}
function redirected(doing, from, location, hops) {
    const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
    if (url === null || hops >= REDIRECTS || (from.protocol === 'https:' && url.protocol !== 'https:')) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RegistryError */ .gl(`${doing}: a redirect that is not followed: ${url?.origin ?? 'no address'}`);
    }
    return url;
}
async function once(request, agents) {
    const { method, url, headers, body } = request;
    const stream = body !== undefined && !(body instanceof Uint8Array) ? await body.open() : null;
    const length = body === undefined ? (method === 'POST' ? 0 : null) : body.length;
    return new Promise((resolve, reject) => {
        const secure = url.protocol === 'https:';
        const outgoing = (secure ? node_https__WEBPACK_IMPORTED_MODULE_1__ : node_http__WEBPACK_IMPORTED_MODULE_0__).request(url, {
            method,
            headers: { ...headers, ...(length === null ? {} : { 'content-length': String(length) }) },
            agent: secure ? agents.https : agents.http,
        });
        outgoing.setTimeout(IDLE_MS, () => {
            outgoing.destroy(Object.assign(new Error(`nothing came for ${IDLE_MS / 1000} s`), { code: 'ETIMEDOUT' }));
        });
        outgoing.on('error', (error) => {
            // The other side had closed a connection that was kept open: no failure, the next one is fresh.
            const stale = outgoing.reusedSocket && error.code === 'ECONNRESET' && stream === null;
            if (stale)
                resolve(once(request, agents));
            else
                reject(error);
        });
        outgoing.on('response', (answer) => {
            // A registry that refuses does not wait for the rest of a body.
            if (stream !== null && (answer.statusCode ?? 0) >= 400)
                answer.once('close', () => stream.destroy());
            resolve(answer);
        });
        if (stream !== null)
            (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_2__.pipeline)(stream, outgoing).catch(reject);
        else
            outgoing.end(body);
    });
}
/**
 * Reads a body that must be small.
 * @throws RegistryError where it is larger than `limit`
 */
async function readUpTo(answer, limit, withinMs = SMALL_MS) {
    const parts = [];
    let size = 0;
    // Something small that comes byte by byte is never idle, and never done.
    const late = Object.assign(new Error(`not all of it came within ${withinMs / 1000} s`), {
        code: 'ETIMEDOUT',
    });
    const timer = setTimeout(() => answer.destroy(late), withinMs);
    try {
        for await (const part of answer) {
            size += part.length;
            if (size > limit)
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .RegistryError */ .gl(`an answer of more than ${limit} bytes`);
            parts.push(part);
        }
    }
    finally {
        clearTimeout(timer);
    }
    return Buffer.concat(parts);
}
/** Ends an answer whose body does not matter, so that its connection can serve again. */
function drain(answer) {
    let size = 0;
    const timer = setTimeout(() => answer.destroy(), DRAIN_MS).unref();
    answer.on('error', () => undefined);
    answer.on('close', () => clearTimeout(timer));
    answer.on('data', (part) => {
        size += part.length;
        if (size > ERROR_BODY)
            answer.destroy();
    });
}


/***/ }),

/***/ 60:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openRegistry: () => (/* binding */ openRegistry)
});

// EXTERNAL MODULE: ./lib/shared/proxied.js
var proxied = __webpack_require__(7344);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/oci/content.js
var oci_content = __webpack_require__(3760);
// EXTERNAL MODULE: ./lib/registry/errors.js
var errors = __webpack_require__(228);
// EXTERNAL MODULE: ./lib/registry/http.js
var http = __webpack_require__(9127);
;// CONCATENATED MODULE: ./lib/registry/answers.js




/** @throws RegistryError for what is no list of referrers */
function parseReferrers(request, bytes) {
    const content = (0,oci_content/* contentOf */.$)(bytes);
    if (content !== null)
        return [...(content.manifests ?? [])];
    throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), 'the list of referrers is no index');
}
/** `Link: <…>; rel="next"`, on the same host only. https://www.rfc-editor.org/rfc/rfc8288 */
function nextPage(from, link) {
    const target = /<([^>]+)>;\s*rel="?next"?/.exec(String(link ?? ''))?.[1];
    if (target === undefined || !URL.canParse(target, from.href))
        return null;
    const url = new URL(target, from);
    return url.origin === from.origin ? url : null;
}
function mediaTypeIn(header) {
    return (header ?? '').split(';')[0]?.trim() ?? '';
}
/** @throws RegistryError for what is no manifest of a kind that can be copied */
function parseManifest(doing, bytes, digest, type) {
    const content = (0,oci_content/* contentOf */.$)(bytes);
    if (content === null)
        throw new errors/* RegistryError */.gl(`${doing}: ${digest} is no manifest that can be right`);
    const mediaType = content.mediaType ?? type;
    if (type !== '' && type !== mediaType) {
        throw new errors/* RegistryError */.gl(`${doing}: comes as ${type} and says of itself ${mediaType}`);
    }
    if (!types/* MANIFEST_TYPES */._P.includes(mediaType)) {
        throw new errors/* RegistryError */.gl(`${doing}: a manifest of the type '${mediaType}', which is not known here`);
    }
    return { digest, mediaType, bytes, content };
}
/** The stream without its first bytes. */
function skipping(stream, count) {
    let left = count;
    return stream.flatMap((part) => {
        const skipped = Math.min(left, part.length);
        left -= skipped;
        return skipped === part.length ? [] : [part.subarray(skipped)];
    });
}

;// CONCATENATED MODULE: ./lib/registry/door.js


/** The way into a registry: every request goes through it with the credentials of the moment. */
class Door {
    origin;
    #access;
    #agents;
    /** Where the registry gives tokens of its own for a repository, the last one for each, and the password it is for. */
    #bearers = new Map();
    constructor(access, agents) {
        this.origin = `${access.scheme}://${access.host}`;
        this.#access = access;
        this.#agents = agents;
    }
    /**
     * One request, tried once; but where the registry wants a token of its own for what is asked, one is fetched, as
     * for ECR Public, and where it calls the token expired, another one is taken, once.
     */
    async send(request, expected) {
        const held = (await this.#access.tokens?.current()) ?? this.#access;
        try {
            return await this.#sendAs(held, request, expected);
        }
        catch (error) {
            if (!(await this.#isExpired(held, request, error)))
                throw error;
            const other = await this.#access.tokens?.instead(held.password);
            if (!other)
                throw error;
            if (streams(request))
                throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), 'the registry token has expired');
            return this.#sendAs(other, request, expected);
        }
    }
    async #sendAs({ username, password }, request, expected) {
        const about = repositoryIn(request.url);
        const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
        const known = this.#bearers.get(about);
        const authorization = known?.password === password ? known.value : basic;
        try {
            return await (0,http/* send */.tN)(request, expected, this.#agents, authorization);
        }
        catch (error) {
            const challenge = error instanceof errors/* RegistryError */.gl ? error.challenge : null;
            if (!challenge?.startsWith('Bearer '))
                throw error;
            const { fetchToken } = await __webpack_require__.e(/* import() */ 550).then(__webpack_require__.bind(__webpack_require__, 4550));
            const ask = (url) => (0,http/* send */.tN)({ method: 'GET', url }, [200], this.#agents, basic);
            const value = `Bearer ${await fetchToken(challenge, this.origin, ask)}`;
            this.#bearers.set(about, { password, value });
            if (streams(request))
                throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), 'the registry wants a new token');
            return (0,http/* send */.tN)(request, expected, this.#agents, value);
        }
    }
    /** An answer to HEAD has no words: the registry is asked for them. */
    async #isExpired(held, { method }, error) {
        if (this.#access.tokens === undefined || !(error instanceof errors/* RegistryError */.gl))
            return false;
        if (error.status !== 401 && error.status !== 403)
            return false;
        if (method !== 'HEAD')
            return saysExpired(error);
        const base = { method: 'GET', url: new URL('/v2/', this.origin) };
        return this.#sendAs(held, base, [200]).then((answer) => {
            (0,http/* drain */.Ze)(answer);
            return false;
        }, (said) => saysExpired(said));
    }
}
/** What ECR says, with 403. https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html */
function saysExpired(error) {
    return error instanceof errors/* RegistryError */.gl && /authorization token has expired/i.test(error.message);
}
/** What has begun to be sent cannot be sent again from here. */
function streams({ body }) {
    return body !== undefined && !(body instanceof Uint8Array);
}
function repositoryIn({ pathname }) {
    return /^\/v2\/(.+)\/(?:blobs|manifests|referrers|tags)\//.exec(pathname)?.[1] ?? '';
}

// EXTERNAL MODULE: ./lib/registry/retry.js
var retry = __webpack_require__(1653);
// EXTERNAL MODULE: ./lib/registry/verified.js
var registry_verified = __webpack_require__(3531);
;// CONCATENATED MODULE: ./lib/registry/client.js







/** The largest manifest that is read; ECR's own limit. */
const MANIFEST_LIMIT = 4 * 1024 * 1024;
/** ECR has at most 100 referrers of an image: more pages than that are a registry gone wrong. */
const REFERRER_PAGES = 100;
/**
 * A registry, by the OCI distribution API. Every answer is checked: its digest, its size and its media type. What can
 * pass is tried again within bounds.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
class Registry {
    host;
    patience;
    uploadOptions;
    #door;
    constructor(access, { agents, patience = retry/* PATIENCE */.a, log, upload = {} }) {
        this.host = access.host;
        this.patience = { ...patience, ...(log === undefined ? {} : { log }) };
        this.uploadOptions = upload;
        this.#door = new Door(access, agents);
    }
    url(repository, tail) {
        return new URL(`/v2/${repository}/${tail}`, this.#door.origin);
    }
    /** One request, tried once. @throws RegistryError for another status, or without an answer */
    send(request, expected) {
        return this.#door.send(request, expected);
    }
    /**
     * Opens connections that will be needed soon, while there is other work: over a distance, a new one costs more
     * than the request that it is for. Whatever goes wrong will be said by the request that is meant.
     */
    async warm(connections) {
        const request = { method: 'GET', url: new URL('/v2/', this.#door.origin) };
        const open = async () => (0,http/* drain */.Ze)(await this.send(request, [200]));
        await Promise.allSettled(Array.from({ length: connections }, open));
    }
    /**
     * What a tag or a digest names, without its content; null where there is nothing.
     * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#checking-if-content-exists-in-the-registry
     */
    head(repository, reference) {
        return (0,retry/* retrying */.R)(this.patience, async () => {
            const request = this.#manifestRequest('HEAD', repository, reference);
            const answer = await this.send(request, [200, 404]);
            (0,http/* drain */.Ze)(answer);
            if (answer.statusCode === 404)
                return null;
            const digest = answer.headers['docker-content-digest'];
            if (typeof digest !== 'string' || !types/* DIGEST */.Dh.test(digest)) {
                // The header is optional; the content tells as well.
                return this.manifest(repository, reference);
            }
            if (types/* DIGEST */.Dh.test(reference) && digest !== reference) {
                throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), `the answer is about ${digest}`);
            }
            return { digest, mediaType: mediaTypeIn(answer.headers['content-type']) };
        });
    }
    /**
     * A manifest with its bytes.
     * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
     * @throws RegistryError with status 404 where there is none
     */
    manifest(repository, reference) {
        return (0,retry/* retrying */.R)(this.patience, async () => {
            const request = this.#manifestRequest('GET', repository, reference);
            const answer = await this.send(request, [200]);
            const bytes = await this.#small(request, answer, MANIFEST_LIMIT);
            const doing = (0,http/* describeRequest */.Ng)(request);
            const digest = (0,types/* digestOf */.ol)(bytes);
            const said = answer.headers['docker-content-digest'];
            for (const expected of [types/* DIGEST */.Dh.test(reference) ? reference : digest, said ?? digest]) {
                if (expected !== digest)
                    throw (0,errors/* wrong */.Qm)(doing, `the bytes of ${expected} have the digest ${digest}`);
            }
            return parseManifest(doing, bytes, digest, mediaTypeIn(answer.headers['content-type']));
        });
    }
    /**
     * Puts a manifest under a tag, or under its digest alone, byte for byte.
     * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
     */
    putManifest(repository, reference, { bytes, mediaType, digest }) {
        return (0,retry/* retrying */.R)(this.patience, async () => {
            const url = this.url(repository, `manifests/${reference}`);
            const request = { method: 'PUT', url, headers: { 'content-type': mediaType }, body: bytes };
            const answer = await this.send(request, [201]);
            (0,http/* drain */.Ze)(answer);
            const held = answer.headers['docker-content-digest'];
            if (held !== undefined && held !== digest) {
                throw new errors/* RegistryError */.gl(`${(0,http/* describeRequest */.Ng)(request)}: the registry holds ${held}, which is not ${digest}`);
            }
        });
    }
    /** Whether the blob is there, whole. */
    hasBlob(repository, { digest, size }) {
        return (0,retry/* retrying */.R)(this.patience, async () => {
            const request = { method: 'HEAD', url: this.url(repository, `blobs/${digest}`) };
            const answer = await this.send(request, [200, 404]);
            (0,http/* drain */.Ze)(answer);
            if (answer.statusCode === 404)
                return false;
            const length = answer.headers['content-length'];
            if (length !== undefined && Number(length) !== size) {
                throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), `has ${length} bytes, and its descriptor says ${size}`);
            }
            return true;
        });
    }
    /**
     * A blob as a stream, from a byte on, tried once: who reads it knows how far it came.
     * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs
     */
    async openBlob(repository, { digest, size }, from = 0) {
        const url = this.url(repository, `blobs/${digest}`);
        const headers = from === 0 ? {} : { range: `bytes=${from}-${size - 1}` };
        const request = { method: 'GET', url, headers };
        const answer = await this.send(request, [200, 206]);
        const whole = answer.statusCode === 200;
        const length = Number(answer.headers['content-length'] ?? size - (whole ? 0 : from));
        if (length !== size - (whole ? 0 : from)) {
            answer.destroy();
            throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), `${length} bytes come, and the descriptor says ${size}`);
        }
        // A registry may ignore the range; what was asked for is what is given.
        return whole && from > 0 ? skipping(answer, from) : answer;
    }
    /** A small blob, whole and checked: an image's configuration. */
    readBlob(repository, descriptor) {
        return (0,retry/* retrying */.R)(this.patience, async () => {
            const verified = new registry_verified/* Verified */.B(await this.openBlob(repository, descriptor), descriptor);
            return (0,http/* readUpTo */.Vc)(verified.stream(), MANIFEST_LIMIT);
        });
    }
    /**
     * What refers to a manifest as its subject: signatures, attestations. Null where the registry has no such list.
     * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
     */
    async referrers(repository, digest) {
        const found = [];
        let url = this.url(repository, `referrers/${digest}`);
        for (let pages = 0; url !== null && pages < REFERRER_PAGES; pages++) {
            const request = { method: 'GET', url, headers: { accept: types/* OCI_INDEX */.$p } };
            const page = await (0,retry/* retrying */.R)(this.patience, async () => {
                const answer = await this.send(request, [200, 404, 405]);
                if (answer.statusCode !== 200) {
                    (0,http/* drain */.Ze)(answer);
                    return null;
                }
                const bytes = await this.#small(request, answer, MANIFEST_LIMIT);
                return { content: parseReferrers(request, bytes), next: nextPage(request.url, answer.headers.link) };
            });
            if (page === null)
                return pages === 0 ? null : found;
            found.push(...page.content);
            url = page.next;
        }
        return found;
    }
    #manifestRequest(method, repository, reference) {
        const url = this.url(repository, `manifests/${reference}`);
        return { method, url, headers: { accept: types/* MANIFEST_TYPES */._P.join(', ') } };
    }
    async #small(request, answer, limit) {
        try {
            return await (0,http/* readUpTo */.Vc)(answer, limit);
        }
        catch (error) {
            if (error instanceof errors/* RegistryError */.gl)
                throw error;
            throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), `the answer broke off: ${error.message}`);
        }
    }
}

;// CONCATENATED MODULE: ./lib/registry/open.js



let agents = null;
/** A client for the registry that the login is for, through the proxy that the environment names for it. */
async function openRegistry(login, env, log) {
    // One set of connections for all registries of this process.
    agents ??= (0,proxied/* proxied */.I)(env).then((proxy) => proxy === null ? (0,http/* directAgents */.Ue)() : { http: proxy.httpAgent, https: proxy.httpsAgent });
    return new Registry(login, { agents: await agents, log });
}


/***/ }),

/***/ 1653:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ retrying),
/* harmony export */   a: () => (/* binding */ PATIENCE)
/* harmony export */ });
/* harmony import */ var _shared_retry_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7763);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(228);


/** Requests are small, so that they are tried more often than whole pushes of docker: for half a minute or so. */
const PATIENCE = { attempts: 7, firstMs: 500, longestMs: 20_000, sleep: _shared_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .sleep */ .yy };
/**
 * Tries a request again that failed of what can pass. A registry that says when to come back is believed.
 * @throws RegistryError the last failure
 */
function retrying(patience, attempt) {
    return (0,_shared_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .retrying */ .R$)(patience, attempt, (error) => {
        if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RegistryError */ .gl && error.transient))
            return null;
        return { ...split(error.message), afterMs: error.retryAfterMs };
    }, (retry) => patience.log?.((0,_shared_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .describeRetry */ .eV)(retry.what, retry)));
}
/** `PUT https://HOST/v2/NAME/manifests/v1: 503 …` */
function split(message) {
    const at = message.indexOf(': ');
    if (at < 0)
        return { what: 'A request', reason: message };
    return { what: message.slice(0, at), reason: message.slice(at + 2) };
}


/***/ }),

/***/ 3531:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ Verified),
/* harmony export */   C: () => (/* binding */ BEGINNING)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7075);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(228);



const BEGINNING = () => ({ offset: 0, hash: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256') });
/**
 * A blob that is read piece by piece and checked as it goes: no more bytes than its descriptor says, and at the end
 * the digest. Memory holds one part of the network's at a time.
 */
class Verified {
    #stream;
    #parts;
    #descriptor;
    #hash;
    #offset;
    #rest = null;
    /** @param from where the stream begins in the blob, and the hash of what came before */
    constructor(stream, descriptor, from = BEGINNING()) {
        this.#stream = stream;
        this.#parts = stream[Symbol.asyncIterator]();
        this.#descriptor = descriptor;
        this.#offset = from.offset;
        this.#hash = from.hash.copy();
    }
    /** Where reading has come to. */
    mark() {
        return { offset: this.#offset, hash: this.#hash.copy() };
    }
    /** The next bytes, as many as asked for or as there are. */
    stream(count = Number.POSITIVE_INFINITY) {
        return node_stream__WEBPACK_IMPORTED_MODULE_1__.Readable.from(this.#take(count), { objectMode: false });
    }
    /** Reads over bytes that are not wanted. */
    async skip(count) {
        for await (const _ of this.#take(count))
            ;
    }
    /** Frees the connection of a stream that is not read to its end. */
    close() {
        this.#stream.destroy();
    }
    async *#take(count) {
        const { digest, size } = this.#descriptor;
        const end = Math.min(size, this.#offset + count);
        // What is empty has a digest too.
        if (size === 0)
            this.#check();
        while (this.#offset < end) {
            const part = this.#rest ?? (await this.#next());
            if (part === null)
                throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Qm)(`blob ${digest}`, `ended after ${this.#offset} of ${size} bytes`);
            const wanted = part.subarray(0, end - this.#offset);
            this.#rest = wanted.length < part.length ? part.subarray(wanted.length) : null;
            this.#hash.update(wanted);
            this.#offset += wanted.length;
            // Before the last bytes go on, the whole is known to be right.
            if (this.#offset === size)
                this.#check();
            yield wanted;
        }
    }
    #check() {
        const { digest } = this.#descriptor;
        const found = `sha256:${this.#hash.copy().digest('hex')}`;
        if (found !== digest)
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Qm)(`blob ${digest}`, `its bytes have the digest ${found}`);
        if (this.#rest !== null)
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .wrong */ .Qm)(`blob ${digest}`, 'has more bytes than its descriptor says');
    }
    async #next() {
        try {
            const { done, value } = await this.#parts.next();
            return done ? null : value;
        }
        catch (error) {
            throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .broken */ .mw)(`blob ${this.#descriptor.digest}`, error);
        }
    }
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


/***/ }),

/***/ 7763:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   eV: () => (/* binding */ describeRetry),
/* harmony export */   yy: () => (/* binding */ sleep)
/* harmony export */ });
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/**
 * Does what can fail for a moment, again and again within bounds. Each wait is a random part of one that doubles
 * (full jitter), which keeps the jobs of a matrix from coming back all at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempt gets the number of the attempt, from 0
 * @param passing what of a failure can pass; null ends at once
 * @param tell hears of each retry before its wait
 * @throws what the last attempt threw, or what does not pass
 */
async function retrying({ attempts, firstMs, longestMs, sleep }, attempt, passing, tell) {
    for (let number = 0;; number++) {
        try {
            return await attempt(number);
        }
        catch (error) {
            const found = number + 1 < attempts ? passing(error) : null;
            if (found === null)
                throw error;
            const backoff = Math.random() * Math.min(longestMs, firstMs * 2 ** number);
            const waitMs = Math.max(backoff, found.afterMs ?? 0);
            tell({ ...found, attempt: number + 2, attempts, waitMs });
            await sleep(waitMs);
        }
    }
}
/** `… failed (503 Service Unavailable); again in 2.3 s, attempt 2 of 4`: one line for the log. */
function describeRetry(what, { reason, attempt, attempts, waitMs }) {
    return `${what} failed (${reason}); again in ${(waitMs / 1000).toFixed(1)} s, attempt ${attempt} of ${attempts}`;
}


/***/ })

};
