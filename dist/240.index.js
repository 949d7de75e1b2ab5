export const id = 240;
export const ids = [240,859];
export const modules = {

/***/ 1240:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  copyImage: () => (/* binding */ copyImage)
});

// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/shared/limiter.js
var limiter = __webpack_require__(6193);
// EXTERNAL MODULE: ./lib/registry/errors.js
var errors = __webpack_require__(228);
// EXTERNAL MODULE: ./lib/registry/http.js
var http = __webpack_require__(9127);
// EXTERNAL MODULE: ./lib/registry/retry.js
var retry = __webpack_require__(1653);
// EXTERNAL MODULE: ./lib/registry/verified.js
var verified = __webpack_require__(3531);
;// CONCATENATED MODULE: ./lib/registry/upload.js




const MIB = 1024 * 1024;
const DEFAULTS = { chunkedFrom: 128 * MIB, chunkSize: 64 * MIB };
/**
 * Brings a blob into a repository: by a mount where another repository of the registry has it and the registry allows
 * that, else by an upload.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 * @param mountFrom a repository of the same registry that has the blob
 * @returns how it came there
 */
async function pushBlob(registry, repository, blob, open, mountFrom = null) {
    const options = { ...DEFAULTS, ...registry.uploadOptions };
    const session = await begin(registry, repository, blob, mountFrom);
    if (session === null)
        return 'mounted';
    const upload = { registry, repository, blob, open, options };
    if (blob.size < options.chunkedFrom) {
        await whole(upload, session);
        return 'sent';
    }
    try {
        await chunked(upload, session);
    }
    catch (error) {
        // Chunks are optional in practice: a registry that refuses them gets the blob in one request. So does one that
        // put the pieces of a broken upload together wrongly.
        const code = error instanceof errors/* RegistryError */.gl ? error.code : null;
        if (!(error instanceof ChunksRefused) && code !== 'DIGEST_INVALID')
            throw error;
        await whole(upload, await fresh(upload));
    }
    return 'sent';
}
class ChunksRefused extends Error {
}
/** @returns null where the blob was mounted */
async function begin(registry, repository, { digest }, mountFrom) {
    const url = registry.url(repository, 'blobs/uploads/');
    if (mountFrom !== null) {
        url.searchParams.set('mount', digest);
        url.searchParams.set('from', mountFrom);
    }
    const request = { method: 'POST', url };
    return (0,retry/* retrying */.R)(registry.patience, async () => {
        const answer = await registry.send(request, mountFrom === null ? [202] : [201, 202]);
        (0,http/* drain */.Ze)(answer);
        return answer.statusCode === 201 ? null : sessionIn(request, answer);
    });
}
async function fresh({ registry, repository, blob }) {
    const session = await begin(registry, repository, blob, null);
    if (session === null)
        throw new errors/* RegistryError */.gl('an upload that was not begun');
    return session;
}
function sessionIn(request, answer) {
    const { location } = answer.headers;
    if (location === undefined || !URL.canParse(location, request.url.href)) {
        throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), 'no address for the upload');
    }
    const url = new URL(location, request.url);
    // The credentials go along: nobody but the registry itself gets them.
    if (url.origin !== request.url.origin) {
        throw new errors/* RegistryError */.gl(`${(0,http/* describeRequest */.Ng)(request)}: the upload goes to another host, ${url.origin}`);
    }
    const chunkMin = Number(answer.headers['oci-chunk-min-length'] ?? 0);
    return { location: url, chunkMin: Number.isFinite(chunkMin) ? chunkMin : 0 };
}
/** In one request, from the beginning each time. */
async function whole(upload, first) {
    const { registry, blob, open } = upload;
    await (0,retry/* retrying */.R)(registry.patience, async (attempt) => {
        const session = attempt === 0 ? first : await fresh(upload);
        let source = null;
        const body = {
            length: blob.size,
            open: async () => {
                source = new verified/* Verified */.B(await open(0), blob);
                return source.stream();
            },
        };
        try {
            await finish(upload, session, body);
        }
        finally {
            ;
            source?.close();
        }
    });
}
async function finish({ registry, blob }, session, body) {
    const url = new URL(session.location);
    url.searchParams.set('digest', blob.digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const request = { method: 'PUT', url, headers, body: body ?? new Uint8Array() };
    const answer = await registry.send(request, [201, 204]);
    (0,http/* drain */.Ze)(answer);
    const held = answer.headers['docker-content-digest'];
    if (held !== undefined && held !== blob.digest) {
        throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), `the registry holds ${held}, which is not ${blob.digest}`);
    }
}
/**
 * In chunks. After a break the registry is asked how far it came, and the source is read again from the last mark
 * before that; where the registry does not know any more, all begins anew.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 */
async function chunked(upload, first) {
    const { registry, blob, options } = upload;
    const chunkSize = Math.max(options.chunkSize, first.chunkMin);
    let session = first;
    let marks = [(0,verified/* BEGINNING */.C)()];
    let source = null;
    /** How much the registry has; null after a break, until it was asked. */
    let held = 0;
    let furthest = 0;
    let setbacks = 0;
    const resume = async () => {
        source?.close();
        source = null;
        const status = await statusOf(upload, session);
        if (status === null) {
            session = await fresh(upload);
            marks = [(0,verified/* BEGINNING */.C)()];
            held = 0;
        }
        else {
            session = status.session;
            held = status.held;
        }
        // A registry that forgets what it has said to have would be sent the same for ever.
        if (held < furthest && ++setbacks >= registry.patience.attempts) {
            throw new errors/* RegistryError */.gl(`${blob.digest}: the registry lost what it had of the upload ${setbacks} times`);
        }
    };
    const sourceAt = async (offset) => {
        const mark = marks.findLast((known) => known.offset <= offset) ?? (0,verified/* BEGINNING */.C)();
        const opened = new verified/* Verified */.B(await upload.open(mark.offset), blob, mark);
        await opened.skip(offset - mark.offset);
        return opened;
    };
    try {
        while (held === null || held < blob.size) {
            // Each chunk has its own patience: a long upload may break more often than a short one.
            await (0,retry/* retrying */.R)(registry.patience, async () => {
                if (held === null)
                    await resume();
                const from = held ?? 0;
                if (from >= blob.size)
                    return;
                try {
                    source ??= await sourceAt(from);
                    session = await sendChunk(upload, session, source, from, Math.min(chunkSize, blob.size - from));
                    marks.push(source.mark());
                    held = source.mark().offset;
                    furthest = Math.max(furthest, held);
                }
                catch (error) {
                    held = null;
                    const passing = error instanceof errors/* RegistryError */.gl && error.transient;
                    if (!passing && from === 0 && isRefusalOfChunks(error))
                        throw new ChunksRefused();
                    throw error;
                }
            });
        }
        const end = session;
        await (0,retry/* retrying */.R)(registry.patience, () => finish(upload, end, undefined));
    }
    finally {
        ;
        source?.close();
    }
}
function isRefusalOfChunks(error) {
    return error instanceof errors/* RegistryError */.gl && [400, 404, 405, 411, 416].includes(error.status ?? 0);
}
async function sendChunk({ registry }, { location, chunkMin }, source, from, length) {
    const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `${from}-${from + length - 1}`,
    };
    const body = { length, open: async () => source.stream(length) };
    const request = { method: 'PATCH', url: location, headers, body };
    const answer = await registry.send(request, [202]);
    (0,http/* drain */.Ze)(answer);
    const held = heldIn(answer);
    if (held !== null && held !== from + length) {
        throw (0,errors/* wrong */.Qm)((0,http/* describeRequest */.Ng)(request), `the registry has ${held} bytes, and got ${from + length}`);
    }
    return { ...sessionIn(request, answer), chunkMin };
}
/** How far the registry came; null where it does not know the upload. */
async function statusOf({ registry }, { location, chunkMin }) {
    const request = { method: 'GET', url: location };
    try {
        const answer = await registry.send(request, [204]);
        (0,http/* drain */.Ze)(answer);
        const held = heldIn(answer);
        return held === null ? null : { session: { ...sessionIn(request, answer), chunkMin }, held };
    }
    catch (error) {
        // A registry that cannot be reached now may know the upload later; any other answer ends it.
        if (error instanceof errors/* RegistryError */.gl && error.transient)
            throw error;
        return null;
    }
}
/** `Range: 0-1023` for 1024 bytes; registries say `0-0` for none. */
function heldIn(answer) {
    const { range } = answer.headers;
    const end = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1];
    if (end === undefined)
        return null;
    return end === '0' ? 0 : Number(end) + 1;
}

;// CONCATENATED MODULE: ./lib/registry/copy.js



/** Blobs on their way at the same time, for each copy: enough to hide the distance, few enough for any memory. */
const TRANSFERS = 6;
/** Small requests at the same time. */
const REQUESTS = 16;
/** Indexes in indexes, and signatures of signatures: deeper than anything that is made, and an end. */
const DEPTH = 8;
/**
 * Copies an image or an index with all that it names from one repository to another: manifests byte for byte, so that
 * every digest stays. What is there already is not sent again; a manifest that is there is proof of its blobs, since
 * a registry takes no manifest without them.
 * @returns the image's manifest, and whether it was put under `tag`: one that was there is not put again
 * @throws RegistryError where a registry refuses or cannot be reached
 */
async function copyImage(source, target, digest, options = {}) {
    const copier = new Copier(source, target, options);
    const manifest = await copier.manifest(digest, options.tag);
    if (options.referrers)
        await copier.referrers();
    return { manifest, report: copier.report, tagged: options.tag !== undefined && copier.put(digest) };
}
class Copier {
    report = { manifests: 0, blobsSent: 0, bytesSent: 0, blobsMounted: 0, blobsThere: 0 };
    #source;
    #target;
    #options;
    #transfers = new limiter/* Limiter */.j(TRANSFERS);
    #requests = new limiter/* Limiter */.j(REQUESTS);
    /** Platforms share layers, and signatures refer to each other: each digest is copied once. */
    #manifests = new Map();
    #blobs = new Map();
    #put = new Set();
    constructor(source, target, options) {
        this.#source = source;
        this.#target = target;
        this.#options = options;
    }
    manifest(digest, tag, depth = 0) {
        const known = this.#manifests.get(digest);
        if (known !== undefined)
            return known;
        const copying = this.#copyManifest(digest, tag, depth);
        this.#manifests.set(digest, copying);
        return copying;
    }
    /** Whether this manifest was not there and is now. */
    put(digest) {
        return this.#put.has(digest);
    }
    async #copyManifest(digest, tag, depth) {
        if (depth > DEPTH)
            throw new Error(`${digest} is nested too deeply`);
        const { registry, repository } = this.#target;
        const [manifest, there] = await Promise.all([
            this.#requests.run(() => this.#source.registry.manifest(this.#source.repository, digest)),
            this.#options.targetIsEmpty ? null : this.#requests.run(() => registry.head(repository, digest)),
        ]);
        const children = (0,types/* isIndex */.nw)(manifest.mediaType) ? (manifest.content.manifests ?? []) : [];
        await (0,limiter/* settled */.g)([
            ...children.map((child) => this.manifest(child.digest, undefined, depth + 1)),
            ...(there === null ? (0,types/* blobsOf */.OR)(manifest.content).map((blob) => this.#blob(blob)) : []),
        ]);
        if (there === null) {
            // Last, when all that it names is there: nobody pulls half an image by a tag.
            await this.#requests.run(() => registry.putManifest(repository, tag ?? digest, manifest));
            this.#put.add(digest);
            this.report.manifests++;
        }
        return manifest;
    }
    #blob(blob) {
        const known = this.#blobs.get(blob.digest);
        if (known !== undefined)
            return known;
        const copying = this.#copyBlob(blob);
        this.#blobs.set(blob.digest, copying);
        return copying;
    }
    async #copyBlob(blob) {
        const { registry, repository } = this.#target;
        const source = this.#source;
        if (!this.#options.targetIsEmpty &&
            (await this.#requests.run(() => registry.hasBlob(repository, blob)))) {
            this.report.blobsThere++;
            return;
        }
        await this.#transfers.run(async () => {
            const open = (from) => source.registry.openBlob(source.repository, blob, from);
            const mountFrom = registry.host === source.registry.host ? source.repository : null;
            const how = await pushBlob(registry, repository, blob, open, mountFrom);
            if (how === 'mounted') {
                this.report.blobsMounted++;
                return;
            }
            this.report.blobsSent++;
            this.report.bytesSent += blob.size;
        });
    }
    /**
     * Copies what refers to anything copied so far, then what refers to that. In rounds, because a list or a tag may
     * name an image that is its own ancestor.
     */
    async referrers() {
        const asked = new Set();
        for (let round = 0; round < DEPTH; round++) {
            const digests = [...this.#manifests.keys()].filter((digest) => !asked.has(digest));
            if (digests.length === 0)
                return;
            for (const digest of digests)
                asked.add(digest);
            await (0,limiter/* settled */.g)(digests.flatMap((digest) => [this.#listed(digest), this.#tagged(digest)]));
        }
    }
    async #listed(digest) {
        const { registry, repository } = this.#source;
        const listed = await this.#requests.run(() => registry.referrers(repository, digest));
        await (0,limiter/* settled */.g)((listed ?? []).map((referrer) => this.manifest(referrer.digest)));
    }
    /**
     * Signatures and attestations of the time before referrers, which tools still write: they are found by a tag made
     * of the image's digest. The one without an ending is the list of referrers of registries that have none.
     * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
     * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
     */
    async #tagged(digest) {
        await (0,limiter/* settled */.g)(['', '.sig', '.att', '.sbom'].map(async (ending) => {
            const tag = `${digest.replace(':', '-')}${ending}`;
            const [found, target] = [this.#source, this.#target];
            const named = await this.#requests.run(() => found.registry.head(found.repository, tag));
            if (named === null)
                return;
            const manifest = await this.manifest(named.digest);
            const held = await this.#requests.run(() => target.registry.head(target.repository, tag));
            if (held?.digest === named.digest)
                return;
            await this.#requests.run(() => target.registry.putManifest(target.repository, tag, manifest));
            this.#options.log?.(`Copied ${tag}`);
        }));
    }
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
