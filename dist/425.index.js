export const id = 425;
export const ids = [425];
export const modules = {

/***/ 4541:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ readAfter)
/* harmony export */ });
/* harmony import */ var _ecr_scans_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9260);

const SCAN_TIMEOUT = 900;
const REPLICATION_TIMEOUT = 1800;
/** What GitHub gives a job at most on its own runners: no longer wait could end. */
const LONGEST = 6 * 3600;
/**
 * Reads `fail-on-severity`, `scan-timeout`, `wait-for-replication` and `replication-timeout`.
 * @param push whether anything is pushed at all, and where to
 */
function readAfter(reader, { push, registryType }) {
    const failOnSeverity = readSeverity(reader);
    const waitForReplication = reader.boolean('wait-for-replication', false);
    const asked = reader.text('fail-on-severity');
    if (!push && asked !== '')
        reader.problem('fail-on-severity', asked, 'needs push: true; ECR scans what it holds');
    if (!push && waitForReplication)
        reader.problem('wait-for-replication', 'true', 'needs push: true; ECR replicates what it holds');
    if (registryType === 'public' && asked !== '')
        reader.problem('fail-on-severity', asked, 'needs a private registry; ECR Public scans nothing');
    if (registryType === 'public' && waitForReplication)
        reader.problem('wait-for-replication', 'true', 'needs a private registry; ECR Public replicates nothing');
    return {
        failOnSeverity,
        scanTimeoutSeconds: readTimeout(reader, 'scan-timeout', SCAN_TIMEOUT, {
            used: asked !== '',
            by: 'fail-on-severity',
        }),
        waitForReplication,
        replicationTimeoutSeconds: readTimeout(reader, 'replication-timeout', REPLICATION_TIMEOUT, {
            used: waitForReplication,
            by: 'wait-for-replication: true',
        }),
    };
}
function readSeverity(reader) {
    const value = reader.text('fail-on-severity');
    if (value === '')
        return null;
    const severity = _ecr_scans_js__WEBPACK_IMPORTED_MODULE_0__/* .SEVERITIES */ .o.find((name) => name === value.toUpperCase());
    if (severity !== undefined)
        return severity;
    const allowed = _ecr_scans_js__WEBPACK_IMPORTED_MODULE_0__/* .SEVERITIES */ .o.map((name) => name.toLowerCase());
    reader.problem('fail-on-severity', value, `must be one of ECR's severities: ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`);
    return null;
}
function readTimeout(reader, name, fallback, { used, by }) {
    const value = reader.text(name);
    if (value === '')
        return fallback;
    const seconds = Number(value);
    if (!/^\d{1,5}$/.test(value) || seconds < 1 || seconds > LONGEST) {
        reader.problem(name, value, `must be seconds, a whole number from 1 to ${LONGEST}`);
        return fallback;
    }
    if (!used)
        reader.problem(name, value, `needs ${by}; without it nothing is waited for`);
    return seconds;
}


/***/ }),

/***/ 1656:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ describeThere)
/* harmony export */ });
/* harmony import */ var _registry_content_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2774);

/** What a build that is not made would have told: the image that is there tells it. */
async function describeThere(ecr, repository, image, uris) {
    const manifest = await ecr.readManifest(repository, image.digest);
    const config = manifest === null ? undefined : configDigest(manifest);
    return {
        imageId: manifest === null ? null : (config ?? image.digest),
        metadata: {
            ...(config === undefined ? {} : { 'containerimage.config.digest': config }),
            'containerimage.digest': image.digest,
            'image.name': uris.join(','),
        },
    };
}
/** Of an image's manifest; an index has none. */
function configDigest(manifest) {
    return (0,_registry_content_js__WEBPACK_IMPORTED_MODULE_0__/* .contentOf */ .$)(manifest)?.config?.digest;
}


/***/ }),

/***/ 6447:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F8: () => (/* binding */ splitCsv),
/* harmony export */   hd: () => (/* binding */ joinCsv),
/* harmony export */   lt: () => (/* binding */ attribute)
/* harmony export */ });
/* harmony import */ var csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5175);

/**
 * The fields of one comma-separated record, as docker reads `--output`, `--attest`, `--secret` and the like.
 * @throws Error where a quote is not closed
 */
function splitCsv(text) {
    const rows = (0,csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text, {
        relax_quotes: true,
        relax_column_count: true,
        skip_empty_lines: true,
    });
    return rows.flat().map((field) => field.trim());
}
/** The record that docker reads those fields from: a field with a comma, a quote or a line break is quoted. */
function joinCsv(fields) {
    return fields
        .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
        .join(',');
}
/** The value of `key=…` among the fields of a record, in whatever case docker accepts the key; the last one counts. */
function attribute(fields, key) {
    const found = fields.findLast((field) => field.slice(0, field.indexOf('=')).trim().toLowerCase() === key);
    return found?.slice(found.indexOf('=') + 1).trim();
}


/***/ }),

/***/ 5403:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c: () => (/* binding */ deliver)
});

// EXTERNAL MODULE: ./lib/destination.js + 1 modules
var lib_destination = __webpack_require__(4354);
// EXTERNAL MODULE: ./lib/errors.js
var lib_errors = __webpack_require__(452);
;// CONCATENATED MODULE: ./lib/fanout.js

/**
 * Does the same for every item, so many at a time. A failure stops none of the others.
 * @returns how each ended, in the items' order
 */
async function fanOut(items, limit, work) {
    const outcomes = [];
    let next = 0;
    const worker = async () => {
        while (next < items.length) {
            const at = next++;
            const item = items[at];
            outcomes[at] = await work(item).then((value) => ({ item, ok: true, value }), (error) => ({ item, ok: false, error }));
        }
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
    return outcomes;
}
/**
 * One error for all that failed, which says what is where.
 * @param what the image
 * @param nameOf a place, in the error
 * @returns null where nothing failed
 */
function oneError(what, outcomes, nameOf) {
    const failed = outcomes.filter((outcome) => !outcome.ok);
    if (failed.length === 0)
        return null;
    // An error that is no ActionError is a defect of ours and says so by itself.
    const unknown = failed.find(({ error }) => !(error instanceof lib_errors/* ActionError */.lZ));
    if (unknown !== undefined)
        return unknown.error;
    const errors = failed.map(({ error }) => error);
    const [first] = errors;
    if (first !== undefined && outcomes.length === 1)
        return first;
    const there = outcomes.filter((outcome) => outcome.ok).map(({ item }) => nameOf(item));
    const remedies = [...new Set(errors.map(({ remedy }) => remedy))].filter((remedy) => remedy !== '');
    return new lib_errors/* ActionError */.lZ([
        `${what} is in ${there.length} of ${outcomes.length} registries.`,
        ...there.map((name) => `There: ${name}`),
        ...failed.map(({ item, error }) => `Not there: ${nameOf(item)}: ${error.message}`),
    ].join('\n'), `${remedies.join('\n')}\nThen run the job again: what is there is not sent again. Where the repository is immutable, set if-image-exists: skip for that.`, { cause: first });
}

;// CONCATENATED MODULE: ./lib/deliver.js



/** Registries that are copied to at the same time. */
const REGISTRIES_AT_ONCE = 4;
/**
 * Brings an image from where it is to every tag in every place, and reads back what ECR holds there. A place that
 * fails stops no other; what is there already is not sent again.
 * @param destinations each with its tags; without any, the image is known by its digest alone there
 */
async function deliver(image, destinations, world) {
    const { digest, source, pushed = [] } = image;
    const outcomes = await fanOut(destinations, REGISTRIES_AT_ONCE, async (destination) => {
        const here = destination === source;
        const missing = destination.tags.filter((tag) => destination.images.get(tag)?.digest !== digest && !(here && pushed.includes(tag)));
        if (!here || missing.length > 0) {
            const { explainRegistryError } = await __webpack_require__.e(/* import() */ 244).then(__webpack_require__.bind(__webpack_require__, 5244));
            try {
                if (here)
                    await tagOnly(digest, destination, missing, world);
                else
                    await copy(image, destination, missing, world);
            }
            catch (error) {
                throw explainRegistryError(`The push of ${digest} to ${destination.uri}`, error);
            }
        }
        return readBack(destination, digest, world);
    });
    return { outcomes, failure: oneError(digest, outcomes, describePlace) };
}
function describePlace({ uri, tags }) {
    return tags.length === 0 ? uri : `${uri} (${tags.join(', ')})`;
}
async function placeOf(destination, world) {
    return { registry: await world.openRegistry(destination.login), repository: (0,lib_destination/* pathOf */.XM)(destination) };
}
async function tagOnly(digest, destination, tags, world) {
    const [place, { putTags }] = await Promise.all([placeOf(destination, world), __webpack_require__.e(/* import() */ 690).then(__webpack_require__.bind(__webpack_require__, 7690))]);
    await putTags(place, await place.registry.manifest(place.repository, digest), tags);
}
async function copy({ digest, source, referrers = false }, destination, tags, world) {
    const { copyImage } = await __webpack_require__.e(/* import() */ 240).then(__webpack_require__.bind(__webpack_require__, 1240));
    const [from, to] = await Promise.all([placeOf(source, world), placeOf(destination, world)]);
    const [tag, ...more] = tags;
    const { manifest, report, tagged } = await copyImage(from, to, digest, {
        referrers,
        targetIsEmpty: destination.created !== 'no',
        log: world.log,
        ...(tag === undefined ? {} : { tag }),
    });
    world.log(describeCopy(destination.uri, report));
    const left = tagged ? more : tags;
    if (left.length === 0)
        return;
    const { putTags } = await __webpack_require__.e(/* import() */ 690).then(__webpack_require__.bind(__webpack_require__, 7690));
    await putTags(to, manifest, left);
}
function describeCopy(uri, report) {
    const { manifests, blobsSent, bytesSent, blobsMounted, blobsThere } = report;
    if (manifests + blobsSent + blobsMounted === 0)
        return `${uri} has the image already`;
    const parts = [
        `${manifests} manifest${manifests === 1 ? '' : 's'}`,
        `${blobsSent} blob${blobsSent === 1 ? '' : 's'} sent (${(bytesSent / 1e6).toFixed(2)} MB)`,
        ...(blobsMounted > 0 ? [`${blobsMounted} mounted`] : []),
        ...(blobsThere > 0 ? [`${blobsThere} there already`] : []),
    ];
    return `Copied to ${uri}: ${parts.join(', ')}`;
}
/**
 * What ECR itself holds, after the push: the only digest that is worth an output.
 * @throws ActionError where a tag is not there, or names another image
 */
async function readBack({ ecr, name, uri, login, tags }, digest, world) {
    if (tags.length === 0) {
        const { explainRegistryError } = await __webpack_require__.e(/* import() */ 244).then(__webpack_require__.bind(__webpack_require__, 5244));
        try {
            const held = await (await world.openRegistry(login)).head((0,lib_destination/* pathOf */.XM)({ uri }), digest);
            if (held !== null)
                return { ...held, sizeInBytes: null, active: true };
        }
        catch (error) {
            throw explainRegistryError(`The check of ${digest} in ${uri}`, error);
        }
        throw notHeld(uri, digest, 'its digest is absent');
    }
    const images = await ecr.findImages({ name }, tags);
    const wrong = tags.filter((tag) => images.get(tag)?.digest !== digest);
    const first = images.get(tags[0]);
    if (first !== undefined && wrong.length === 0)
        return first;
    throw notHeld(uri, digest, wrong.map((tag) => `${tag} is ${images.get(tag)?.digest ?? 'absent'}`).join(', '));
}
function notHeld(uri, digest, found) {
    return new lib_errors/* ActionError */.lZ(`After the push, ECR does not hold ${digest} under every tag of ${uri}: ${found}.`, 'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).');
}


/***/ }),

/***/ 4754:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ describe)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);
/* harmony import */ var _metadata_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6265);


/**
 * Tags, labels and annotations for this event.
 * @throws InputError with every rule that gives nothing valid for it
 */
async function describe(inputs, github) {
    try {
        return await (0,_metadata_index_js__WEBPACK_IMPORTED_MODULE_1__/* .describeImage */ .hu)(inputs, await github.event(), github.lookups);
    }
    catch (error) {
        throw error instanceof _metadata_index_js__WEBPACK_IMPORTED_MODULE_1__/* .MetadataError */ .wc ? new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .InputError */ .dz(error.problems) : error;
    }
}


/***/ }),

/***/ 4354:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  DQ: () => (/* binding */ loginOf),
  XM: () => (/* binding */ pathOf),
  iA: () => (/* binding */ prepare),
  $G: () => (/* binding */ prepareOthers),
  sb: () => (/* binding */ prepared),
  sv: () => (/* binding */ refuseTwins)
});

// UNUSED EXPORTS: hostOf

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/repository.js
var repository = __webpack_require__(5411);
// EXTERNAL MODULE: ./lib/targets.js
var targets = __webpack_require__(4697);
// EXTERNAL MODULE: ./lib/together.js
var together = __webpack_require__(8717);
;// CONCATENATED MODULE: ./lib/tokens.js
/** ECR's tokens live for twelve hours. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html */
const LIFETIME_MS = 12 * 3600_000;
/** What ECR states is believed between these: clocks are wrong, and so was ECR (dotnet/docker-tools#1310). */
const SHORTEST_MS = 5 * 60_000;
/** With less than this left, or a quarter of its life, a token is renewed before something long begins. */
const LITTLE_MS = 15 * 60_000;
/** A registry that calls a token expired that was renewed for that so shortly before would do so again. */
const AGAIN_MS = 10 * 60_000;
/** The registry token of a destination: renewed where little is left of it, and where the registry calls it expired. */
class Tokens {
    #issue;
    #clock;
    #log;
    #held;
    #renewAt;
    #renewing = null;
    #refusedAt = null;
    /**
     * @param login the token that there is, just issued
     * @param issue asks ECR for another one; it also renews what it asks with, where that is a role
     * @param clock milliseconds since some point in time, which no change of the system's time moves
     */
    constructor(login, issue, clock, log) {
        this.#issue = issue;
        this.#clock = clock;
        this.#log = log;
        this.#held = { ...login, tokens: this };
        this.#renewAt = this.#dueOf(login);
    }
    /** The token of the moment. */
    get login() {
        return this.#held;
    }
    /** The token, or a new one where little is left of it. One that cannot be had yet is no failure. */
    async current() {
        if (this.#clock() < this.#renewAt)
            return this.#held;
        try {
            return await this.#renew('little is left of it');
        }
        catch (error) {
            this.#renewAt = this.#clock() + SHORTEST_MS;
            this.#log(`The registry token cannot be renewed yet: ${error.message}`);
            return this.#held;
        }
    }
    /**
     * A token for who was told that theirs has expired.
     * @param password of the token that was refused
     * @returns null where a new one is no help, since it was renewed for that a short while before, or cannot be had
     */
    async instead(password) {
        if (this.#renewing === null) {
            if (password !== this.#held.password)
                return this.#held;
            const now = this.#clock();
            if (this.#refusedAt !== null && now - this.#refusedAt < AGAIN_MS)
                return null;
            this.#refusedAt = now;
        }
        try {
            return await this.#renew('the registry calls it expired');
        }
        catch (error) {
            this.#log(`The registry token has expired and cannot be renewed: ${error.message}`);
            return null;
        }
    }
    /** All who ask at the same time get the same one. */
    #renew(why) {
        this.#renewing ??= this.#issue()
            .then((token) => {
            const { host } = this.#held;
            this.#held = { ...token, host, tokens: this };
            this.#renewAt = this.#dueOf(token);
            this.#log(`Renewed the token of ${host}: ${why}`);
            return this.#held;
        })
            .finally(() => {
            this.#renewing = null;
        });
        return this.#renewing;
    }
    /** When a token is to be renewed. What cannot be its life is not believed: a wrong clock must not renew for ever. */
    #dueOf({ expiresAt }) {
        const stated = expiresAt === null ? Number.NaN : expiresAt.getTime() - Date.now();
        const life = stated >= SHORTEST_MS && stated <= LIFETIME_MS ? stated : LIFETIME_MS;
        return this.#clock() + life - Math.min(LITTLE_MS, life / 4);
    }
}

;// CONCATENATED MODULE: ./lib/destination.js





/** The repository's name in its registry: public ones have the registry's alias before it. */
function pathOf({ uri }) {
    return uri.slice(uri.indexOf('/') + 1);
}
function prepare(ecr, inputs, wanted, teller) {
    const ensured = (0,repository/* ensureRepository */.z0)(ecr, inputs, wanted, teller);
    const login = loginOf(ecr, async () => (await ensured).repository, teller);
    return { ensured, login };
}
/** A token for the registry, and where its successors are to be had. */
async function loginOf(ecr, repository, { clock, log }) {
    const issue = () => ecr.authorize();
    const token = await issue();
    const host = token.host ?? hostOf(await repository());
    return new Tokens({ ...token, host }, issue, clock, log).login;
}
/** @throws ActionError with all that failed */
async function prepared(ecr, name, preparing) {
    const [{ repository, created, image, images }, login] = await (0,together/* together */.b)([preparing.ensured, preparing.login]);
    return {
        ecr,
        name,
        // A repository that ECR creates on the push has the URI that the registry's host makes of its name.
        uri: repository?.uri ?? `${login.host}/${name}`,
        login,
        repository,
        created: repository === null ? 'on push' : created ? 'yes' : 'no',
        tags: image.tags,
        images,
    };
}
/**
 * Prepares every further registry, at the same time: the repository of the same name there, as the inputs want it,
 * and a token of its own.
 */
function prepareOthers(inputs, wanted, connectEcr, teller) {
    return (0,together/* together */.b)(inputs.registries.map(async (target) => {
        const own = (0,targets/* inputsFor */.p)(inputs, target);
        const ecr = await connectEcr(own);
        return prepared(ecr, own.repository.name, prepare(ecr, own, wanted, teller));
    }));
}
/** @throws ActionError where two of them are the same repository, which only ECR could tell */
function refuseTwins(destinations) {
    const seen = new Set();
    for (const { uri } of destinations) {
        if (seen.has(uri)) {
            throw new errors/* ActionError */.lZ(`The input 'registries' leads to ${uri}, which is there already.`, 'give every registry once, and that of repository not at all.');
        }
        seen.add(uri);
    }
}
/** Where the API names no host with the token, every repository is on the same one. */
function hostOf(repository) {
    const host = repository?.uri.split('/')[0];
    if (host)
        return host;
    throw new errors/* ActionError */.lZ('ECR named no host to log in to.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
}


/***/ }),

/***/ 7059:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   gv: () => (/* binding */ passingReason),
/* harmony export */   hU: () => (/* binding */ phaseOf),
/* harmony export */   mw: () => (/* binding */ mayBeExpired)
/* harmony export */ });
/**
 * How docker's programs, which are written in Go, name troubles that pass, as they print them.
 * https://pkg.go.dev/net/http, https://pkg.go.dev/golang.org/x/net/http2,
 * https://github.com/containerd/containerd/blob/main/core/remotes/docker/pusher.go,
 * https://github.com/distribution/distribution/blob/v2.8.3/registry/client/errors.go
 */
const PASSING = [
    // A page of a gateway where an error of the registry was to be: docker before the containerd image store.
    /\berror parsing HTTP (?:408|429|50[0234]) response body\b/,
    /\b429 Too Many Requests\b|\btoomanyrequests: [^:]{1,60}|\btoomanyrequests\b/i,
    /\b(?:408 Request Timeout|500 Internal Server Error|502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out)\b/i,
    /\bconnection reset by peer\b|\bbroken pipe\b|\btransport connection broken\b|\buse of closed network connection\b|\bconnection refused\b/,
    /\bTLS handshake timeout\b|\bi\/o timeout\b|\bClient\.Timeout exceeded\b|\bhttp2: timeout awaiting response headers\b/,
    /\bno such host\b|\bserver misbehaving\b|\bTemporary failure in name resolution\b/,
    /\bhttp2: client connection lost\b|\bserver sent GOAWAY\b|\bstream error: stream ID \d+; (?:INTERNAL_ERROR|REFUSED_STREAM|ENHANCE_YOUR_CALM|CANCEL)\b/,
    /\bunexpected EOF\b|(?:^|[:\s])EOF$/,
];
/** Whatever else is said beside one of these does not pass. */
const LASTING = /\b(?:x509|certificate|unauthorized|denied|insufficient_scope|401|403|404|immutable|name unknown|manifest unknown|no basic auth)\b/i;
/**
 * Why what docker said can pass, in docker's own words; null where it is denied, wrong, or not known to pass.
 * @param said a line of docker's, never one of a command of the Dockerfile
 */
function passingReason(said) {
    // Names and addresses are the user's: a repository may be called denied-eof.
    const plain = said.replace(/"[^"\s]*"/g, ' ').replace(/\S*\/(?!o timeout)\S*/g, ' ');
    const [parsing, ...others] = PASSING;
    const page = parsing.exec(plain);
    if (page !== null)
        return page[0];
    if (LASTING.test(plain))
        return null;
    for (const pattern of others) {
        const found = pattern.exec(plain.trim());
        if (found !== null)
            return found[0].replace(/^[:\s]+/, '').trim();
    }
    return null;
}
/** Whether a registry may have refused the token for its age: the answer to a HEAD request has no words. */
function mayBeExpired(said) {
    return /your authorization token has expired|: 40(?:1 Unauthorized|3 Forbidden)$/i.test(said);
}
/**
 * The part of a build that spoke to a registry when it failed: `push`, when everything is built, or `pull`, of a base
 * image or a frontend. Null for all others, above all for a command of the Dockerfile, which may print anything.
 */
function phaseOf({ name }) {
    if (name === null)
        return null;
    if (/^(?:exporting to image|exporting cache to |pushing )/.test(name))
        return 'push';
    return /^(?:\[internal\] load metadata for |resolve image config for |docker-image:\/\/|\[[^\]]*\] FROM )/.test(name)
        ? 'pull'
        : null;
}


/***/ }),

/***/ 1912:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ isImmutable)
/* harmony export */ });
/** Whether ECR refuses to move the tag once it is there. */
function isImmutable({ mode, exclusions }, tag) {
    if (mode === 'MUTABLE')
        return false;
    if (mode === 'IMMUTABLE')
        return true;
    const excluded = exclusions.some((pattern) => matches(pattern, tag));
    return mode === 'IMMUTABLE_WITH_EXCLUSION' ? !excluded : excluded;
}
/** Without a regular expression, whose backtracking a hostile pattern could exploit. */
function matches(pattern, tag) {
    const [head = '', ...rest] = pattern.split('*');
    if (rest.length === 0)
        return tag === pattern;
    if (!tag.startsWith(head))
        return false;
    let at = head.length;
    const tail = rest.pop() ?? '';
    for (const part of rest) {
        const found = tag.indexOf(part, at);
        if (found < 0)
            return false;
        at = found + part.length;
    }
    return tag.length - tail.length >= at && tag.endsWith(tail);
}


/***/ }),

/***/ 9260:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ rank),
/* harmony export */   o: () => (/* binding */ SEVERITIES)
/* harmony export */ });
/** ECR's severities, the worst first. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html */
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'];
/** 0 is the worst; a name that is not ECR's own (Inspector's UNTRIAGED) ranks with UNDEFINED. */
function rank(severity) {
    const index = SEVERITIES.indexOf(severity);
    return index < 0 ? SEVERITIES.length - 1 : index;
}


/***/ }),

/***/ 7869:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ NO_SETTINGS)
/* harmony export */ });
const NO_SETTINGS = {
    mutability: null,
    scanOnPush: null,
    encryption: null,
    resourceTags: null,
    lifecyclePolicy: null,
    repositoryPolicy: null,
};


/***/ }),

/***/ 5428:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _B: () => (/* binding */ finishPush),
/* harmony export */   ho: () => (/* binding */ reportDelivered),
/* harmony export */   x0: () => (/* binding */ reportPlatforms)
/* harmony export */ });
/* harmony import */ var _deliver_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5403);
/* harmony import */ var _destination_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4354);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(452);
/* harmony import */ var _prepare_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(728);
/* harmony import */ var _registry_types_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5434);
/* harmony import */ var _report_outputs_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8568);
/* harmony import */ var _together_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8717);







/**
 * Brings what docker pushed under all tags into all registries, sets the outputs that ECR's answer allows, and waits
 * for what the inputs want to know of the image.
 * @param first the destination that docker pushed to
 * @throws ActionError where the image is not under every tag in every registry
 */
async function finishPush(built, first, { destinations, after }, inputs, world) {
    const pushedTags = first.tags.slice(0, 1);
    const digest = built.digest ?? (await pushedDigest(first, pushedTags[0]));
    if (built.layout)
        await pushLayout(built.layout, digest, first, world);
    const [pushed] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_5__/* .together */ .b)([
        (0,_deliver_js__WEBPACK_IMPORTED_MODULE_0__/* .deliver */ .c)({ digest, source: first, pushed: pushedTags }, destinations, world),
        built.platform
            ? world.setOutputs({ 'platform-digests': JSON.stringify({ [(0,_registry_types_js__WEBPACK_IMPORTED_MODULE_4__/* .platformName */ .$r)(built.platform)]: digest }) })
            : reportPlatforms(first, digest, world),
    ]);
    const result = reportDelivered(pushed, world);
    if (pushed.failure !== null || result === null)
        throw pushed.failure;
    return { ...result, verdict: await verify(first, after, result.held, inputs, world) };
}
/** Sets outputs for what came where it should: they stay where another registry has failed. */
function reportDelivered({ outcomes }, world) {
    const [first] = outcomes;
    if (first === undefined || !first.ok)
        return null;
    const { digest } = first.value;
    const holders = outcomes.filter(({ ok }) => ok).map(({ item }) => item);
    const { name, tags } = first.item;
    const named = tags.length === 0 ? { 'image-name': `${name}@${digest}` } : {};
    world.setOutputs({ ...(0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_6__/* .imageOutputs */ .am)(holders, digest), ...named, pushed: 'true' });
    const uris = holders.flatMap((holder) => (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_6__/* .imageUris */ .BQ)(holder, digest));
    for (const uri of uris)
        world.log(`Pushed ${uri}`);
    world.log(`Digest ${first.item.uri}@${digest}`);
    return { held: first.value, uris };
}
/** Pushes what docker left in a folder, because its builder knows no push by digest. */
async function pushLayout(folder, digest, { uri, login, created }, world) {
    const [registry, { Layout }, { copyImage }, { explainRegistryError }] = await Promise.all([
        world.openRegistry(login),
        __webpack_require__.e(/* import() */ 273).then(__webpack_require__.bind(__webpack_require__, 9273)),
        __webpack_require__.e(/* import() */ 240).then(__webpack_require__.bind(__webpack_require__, 1240)),
        __webpack_require__.e(/* import() */ 244).then(__webpack_require__.bind(__webpack_require__, 5244)),
    ]);
    try {
        const source = { registry: new Layout(folder), repository: '' };
        await copyImage(source, { registry, repository: (0,_destination_js__WEBPACK_IMPORTED_MODULE_1__/* .pathOf */ .XM)({ uri }) }, digest, {
            targetIsEmpty: created !== 'no',
        });
    }
    catch (error) {
        throw explainRegistryError(`The push of ${digest} to ${uri}`, error);
    }
}
/** For an engine that does not tell what it pushed. */
async function pushedDigest({ ecr, name, uri }, tag) {
    const held = (await ecr.findImages({ name }, [tag])).get(tag);
    if (held !== undefined)
        return held.digest;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`After the push, ${uri} has no image under ${tag}.`, 'run the job again.');
}
/** The digests by platform are worth an output, and no failure: a role made for pushes may not read. */
async function reportPlatforms({ login, uri }, digest, world) {
    try {
        const registry = await world.openRegistry(login);
        const path = (0,_destination_js__WEBPACK_IMPORTED_MODULE_1__/* .pathOf */ .XM)({ uri });
        const { platformDigests, platformImages } = await __webpack_require__.e(/* import() */ 559).then(__webpack_require__.bind(__webpack_require__, 8559));
        const images = await platformImages(registry, path, await registry.manifest(path, digest));
        world.setOutputs({ 'platform-digests': JSON.stringify(platformDigests(images)) });
    }
    catch (error) {
        world.log(`The output platform-digests stays empty: ${error.message}`);
    }
}
/** What follows the push; for a repository that ECR created on it, also what only ECR knew until now. */
async function verify({ ecr, name, created }, after, held, inputs, world) {
    if (created !== 'on push')
        return (await after?.verify(held)) ?? null;
    const repository = await ecr.findRepository(name);
    if (repository === null)
        return null;
    world.setOutputs((0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_6__/* .repositoryOutputs */ .PP)(repository, true));
    world.log(`ECR created the repository ${repository.uri} on the push`);
    try {
        const known = await (0,_prepare_js__WEBPACK_IMPORTED_MODULE_3__/* .expectAfter */ .Yg)(ecr, repository, inputs, world);
        return (await known?.verify(held)) ?? null;
    }
    catch (failure) {
        // Known so late, it fails the step after the summary, as all that comes after a push.
        return { sections: [], failure };
    }
}


/***/ }),

/***/ 4594:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ko: () => (/* binding */ readInputs),
  _6: () => (/* binding */ readMetadata),
  Nu: () => (/* binding */ readRepository)
});

// EXTERNAL MODULE: ./lib/after/inputs.js
var after_inputs = __webpack_require__(4541);
// EXTERNAL MODULE: ./lib/csv.js
var csv = __webpack_require__(6447);
// EXTERNAL MODULE: ./lib/inputs/attestations.js
var attestations = __webpack_require__(8878);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/inputs/github.js
var github = __webpack_require__(4454);
;// CONCATENATED MODULE: ./lib/inputs/cache.js


/** The input `cache`. */
function readCachePreset(reader, build) {
    const kind = reader.matching('cache', /^(?:ecr|gha|none)$/, 'must be ecr, gha or none');
    if (kind !== 'ecr' && kind !== 'gha')
        return null;
    const { env } = reader.source;
    const parts = [...build.platforms, ...(build.target === null ? [] : [build.target])];
    return {
        kind,
        // GitHub itself falls back from the cache of a branch to that of the default branch.
        scopes: kind === 'ecr' ? readScopes(env) : [],
        hasGitHubCache: Boolean(env['ACTIONS_RUNTIME_TOKEN'] && (env['ACTIONS_RESULTS_URL'] || env['ACTIONS_CACHE_URL'])),
        variant: parts.length === 0 ? '' : slug(parts.join('-').replaceAll('/', '-')),
    };
}
/** The branch of the run, then the one it would be merged into, then the default branch. */
function readScopes(env) {
    const { ref, baseBranch } = (0,github/* readGitHubRun */.ji)(env);
    const names = [nameOf(ref), baseBranch, (0,github/* readDefaultBranch */.yt)(env)];
    return [...new Set(names.filter((name) => name !== null))].map(slug);
}
/** All Git tags share a cache: none of them is built a second time. */
function nameOf(ref) {
    const [, kind, rest = ''] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(ref) ?? [];
    if (kind === 'tags')
        return 'tags';
    if (kind === 'pull')
        return `pull/${rest.replace(/\/(?:merge|head)$/, '')}`;
    return rest || ref || 'local';
}
/** A part of a tag for any name. Two names that would become the same are told apart by a checksum. */
function slug(name) {
    const clean = name.replace(/[^a-zA-Z0-9_.-]+/g, '-').slice(0, 40);
    if (clean === name)
        return name;
    return `${clean}-${(0,external_node_crypto_.createHash)('sha256').update(name).digest('hex').slice(0, 8)}`;
}

// EXTERNAL MODULE: ./lib/inputs/context.js
var inputs_context = __webpack_require__(4738);
// EXTERNAL MODULE: ./lib/inputs/exporters.js
var exporters = __webpack_require__(9943);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/csv-parse/lib/sync.js + 9 modules
var sync = __webpack_require__(5175);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./lib/inputs/inside.js


/**
 * A file of the workspace, as it is behind symbolic links.
 * @param given a path, relative to the workspace or absolute
 * @returns its real path; null where that is outside of the workspace
 * @throws the file system's error where there is no such file
 */
function insideOf(workspace, given) {
    const file = (0,external_node_fs_.realpathSync)(external_node_path_.resolve(workspace, given));
    const relative = external_node_path_.relative((0,external_node_fs_.realpathSync)(workspace), file);
    return relative === '..' || relative.startsWith(`..${external_node_path_.sep}`) || external_node_path_.isAbsolute(relative) ? null : file;
}

;// CONCATENATED MODULE: ./lib/inputs/secrets.js





/** What a Dockerfile can name (`--mount=type=secret,id=…`); `GIT_AUTH_TOKEN.HOST:PORT` is one. */
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.:/@-]*$/;
const ID_RULE = "letters, digits, '_', '.', ':', '/', '@' and '-'";
/**
 * The inputs `secret-envs`, `secrets`, `secret-files` and `github-token`, in the order of build-push-action's
 * arguments. Problems never show what might be a part of a secret.
 * @param remoteContext the context where docker fetches it itself, else null
 */
function readSecrets(reader, remoteContext) {
    const secrets = [...readEnvs(reader), ...readValues(reader), ...readFiles(reader)];
    const token = readGitHubToken(reader, secrets, remoteContext);
    if (token !== null)
        secrets.push(token);
    const twice = new Set(secrets.map(({ id }) => id).filter((id, at, ids) => ids.indexOf(id) !== at));
    for (const id of twice) {
        reader.problem('secrets', '', `the id ${id} is given more than once, in secrets, secret-envs or secret-files`);
    }
    return secrets;
}
function readValues(reader) {
    const items = splitValues(reader, reader.source.get('secrets'));
    return items.flatMap((item, index) => {
        const equals = item.indexOf('=');
        const [id, value] = [item.slice(0, equals), item.slice(equals + 1)];
        // What follows an equals sign, and the whole of an item that has none, is a secret as soon as it has been read.
        if (value.trim() !== '')
            reader.source.mask?.(value);
        const wrong = problemOf(id, value, equals);
        if (wrong === null)
            return [{ id, from: 'value', value }];
        reader.problem('secrets', '', `item ${index + 1} of ${items.length} ${wrong}`);
        return [];
    });
}
function problemOf(id, value, equals) {
    if (equals < 1 || !ID.test(id)) {
        return `is not ID=value (an id is ${ID_RULE}); a value of several lines is quoted together with its id: "ID=first line⏎second line"`;
    }
    if (value.trim() === '') {
        return 'has an empty value; is the GitHub secret set, and given to this event? Pull requests from forks get none';
    }
    if (/^=+$/.test(value)) {
        return 'looks like the end of a base64 value; a value of several lines is quoted together with its id: "ID=first line⏎second line"';
    }
    return null;
}
/** Neither trimmed nor with comments: spaces and `#` may belong to a secret. */
function splitValues(reader, text) {
    if (text.trim() === '')
        return [];
    try {
        const rows = (0,sync/* parse */.qg)(text, {
            relax_quotes: true,
            relax_column_count: true,
            skip_empty_lines: true,
        });
        return rows.map((row) => row.join(',')).filter((item) => item.trim() !== '');
    }
    catch {
        // The parser's own message may quote the text.
        for (const line of text.split(/\r?\n/))
            if (line.trim() !== '')
                reader.source.mask?.(line);
        reader.problem('secrets', '', 'is not a list: a quote is not closed; inside of a quoted value a quote is doubled ("")');
        return [];
    }
}
function readEnvs(reader) {
    return reader.list('secret-envs', { commas: 'yes' }).flatMap((item) => {
        const [id = '', name = ''] = split(item);
        if (!ID.test(id) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
            reader.problem('secret-envs', item, 'must be ID=NAME, where NAME is a variable of the environment of the step');
            return [];
        }
        const value = reader.source.env[name];
        if (!value) {
            reader.problem('secret-envs', item, `the variable ${name} is not set in the environment of the step`);
            return [];
        }
        reader.source.mask?.(value);
        return [{ id, from: 'env', name }];
    });
}
function readFiles(reader) {
    return reader.list('secret-files', { commas: 'no' }).flatMap((item) => {
        const [id = '', given = ''] = split(item);
        if (!ID.test(id) || given === '') {
            reader.problem('secret-files', item, `must be ID=path (an id is ${ID_RULE})`);
            return [];
        }
        const { cwd } = reader.source;
        const file = external_node_path_.resolve(cwd, given);
        if ((0,inputs_context/* kindOf */.I)(file) !== 'file') {
            reader.problem('secret-files', item, `there is no file ${file}; a path is relative to the workspace`);
            return [];
        }
        // What is checked out may be anybody's: a link in it must not choose a file of the runner for the build.
        const real = external_node_path_.isAbsolute(given) ? file : insideOf(cwd, given);
        if (real === null) {
            reader.problem('secret-files', item, `is outside of the workspace (${cwd}), or a link to there; give the absolute path where that is meant`);
            return [];
        }
        return [{ id, from: 'file', path: real }];
    });
}
/**
 * Lets docker fetch the run's own repository where that is the context, unless the user has a token of their own
 * for it: https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts
 */
function readGitHubToken(reader, secrets, remoteContext) {
    const token = reader.text('github-token');
    if (token !== '')
        reader.source.mask?.(token);
    const own = (0,inputs_context/* defaultContext */.T1)(reader.source.env);
    if (token === '' || remoteContext === null || own === null)
        return null;
    if (repositoryOf(remoteContext) !== repositoryOf(own))
        return null;
    const { host } = new URL((0,github/* readGitHubRun */.ji)(reader.source.env).serverUrl);
    const id = `GIT_AUTH_TOKEN.${host}`;
    if (secrets.some((secret) => secret.id === 'GIT_AUTH_TOKEN' || secret.id === id))
        return null;
    return { id, from: 'value', value: token };
}
/** Without the fragment or the query, which say commit and folder. */
function repositoryOf(context) {
    return context.split(/[#?]/, 1)[0] ?? '';
}
function split(item) {
    const equals = item.indexOf('=');
    return equals < 0 ? [item, ''] : [item.slice(0, equals).trim(), item.slice(equals + 1).trim()];
}

;// CONCATENATED MODULE: ./lib/inputs/build.js






const PLATFORM = /^[A-Za-z0-9][A-Za-z0-9_.()+-]*(?:\/[A-Za-z0-9_.()+-]+){0,2}$/;
const CALL = /^(?:build|check|lint|outline|targets)(?:,[a-z]+(?:=[a-z]+)?)*$/;
const SIZE = /^\d+(?:\.\d+)?\s*(?:b|[kmgtp](?:i?b)?)?$/i;
/**
 * Every build input.
 * @param push whether the image is to be pushed, which some of them exclude
 */
function readBuild(reader, push) {
    const { context, file } = (0,inputs_context/* readContext */.yI)(reader);
    const target = reader.matching('target', /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, "must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')");
    const platforms = readPlatforms(reader);
    return {
        context,
        file,
        target,
        platforms,
        buildArgs: reader.matchingList('build-args', 'no', /^[a-zA-Z_][a-zA-Z0-9_]*(?:=|$)/, 'must be KEY=value, or KEY for the value in the environment'),
        buildContexts: (0,inputs_context/* readBuildContexts */.xh)(reader),
        secrets: readSecrets(reader, (0,inputs_context/* isRemote */.Vx)(context) ? context : null),
        ssh: reader.matchingList('ssh', 'unquoted', /^[A-Za-z0-9_.-]+(?:=.+)?$/, "must be 'default', or ID=SOCKET or ID=KEYFILE"),
        ...readCaches(reader),
        cache: readCache(reader, { platforms, target }),
        noCache: reader.boolean('no-cache', false),
        noCacheFilters: reader.matchingList('no-cache-filters', 'yes', /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'must be names of stages of the Dockerfile'),
        pull: reader.boolean('pull', false),
        addHosts: reader.matchingList('add-hosts', 'yes', /^[^\s:=]+[:=]\S+$/, 'must be host:ip, such as docker:10.180.0.1'),
        allow: reader.matchingList('allow', 'yes', /^[a-z]+(?:\.[a-z]+)*(?:=.*)?$/, 'must be an entitlement, such as network.host or security.insecure'),
        attests: (0,attestations/* readAttestations */.a)(reader),
        builder: reader.matching('builder', /^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/, 'must be the name of a builder'),
        call: readCall(reader),
        cgroupParent: reader.matching('cgroup-parent', /^\S+$/, 'must be the name of a control group'),
        network: reader.matching('network', /^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/, 'must be default, host or none'),
        outputs: (0,exporters/* readOutputs */.T)(reader, push),
        load: reader.boolean('load', false),
        shmSize: reader.matching('shm-size', SIZE, 'must be a size, such as 2g or 512m'),
        ulimits: reader.matchingList('ulimit', 'no', /^[a-z]+=-?\d+(?::-?\d+)?$/, 'must be type=soft[:hard], such as nofile=1024:1024'),
    };
}
/** `build` is what happens anyway. */
function readCall(reader) {
    const call = reader.matching('call', CALL, 'must be check, outline, targets or build, with options such as check,format=json behind it');
    return call === null || call === 'build' ? null : call;
}
/** A quoted list is one item with commas in it. */
function readPlatforms(reader) {
    const platforms = reader.matchingList('platforms', 'yes', PLATFORM, 'must be OS/ARCHITECTURE[/VARIANT], such as linux/amd64 or linux/arm/v7');
    return [...new Set(platforms)];
}
/** Attributes of caches that are secrets, whatever line they stand on. */
const SECRET_ATTRIBUTES = ['token', 'ghtoken', 'secret_access_key', 'session_token'];
function readCaches(reader) {
    const read = (name) => {
        const items = reader.list(name, { commas: 'no' });
        for (const item of items)
            checkCache(reader, name, item);
        return items;
    };
    return { cacheFrom: read('cache-from'), cacheTo: read('cache-to') };
}
function checkCache(reader, name, item) {
    try {
        const fields = (0,csv/* splitCsv */.F8)(item);
        for (const key of SECRET_ATTRIBUTES) {
            const secret = (0,csv/* attribute */.lt)(fields, key);
            if (secret)
                reader.source.mask?.(secret);
        }
        if (fields.length > 1 && !(0,csv/* attribute */.lt)(fields, 'type')) {
            reader.problem(name, item, 'must be an image reference, or type=TYPE,…, such as type=gha,mode=max');
        }
    }
    catch (error) {
        reader.problem(name, item, `is not comma-separated: ${error.message}`);
    }
}
/** The preset stands for both lists, so that neither can be given beside it. */
function readCache(reader, build) {
    const preset = readCachePreset(reader, build);
    const besides = ['cache-from', 'cache-to'].find((name) => reader.text(name) !== '');
    if (preset !== null && besides !== undefined) {
        reader.problem('cache', preset.kind, `stands for cache-from and cache-to; leave out ${besides}, or the preset`);
    }
    return preset;
}

// EXTERNAL MODULE: ./lib/inputs/identity.js
var identity = __webpack_require__(9179);
// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(4940);
;// CONCATENATED MODULE: ./lib/inputs/policies.js


/**
 * Reads a policy that is given as JSON or as a file's path.
 * @param value the input; JSON where it starts with a brace
 * @param cwd the workspace: a file must be inside of it, also behind symbolic links
 * @returns the policy's JSON without blanks
 */
function readPolicy(value, cwd, check) {
    const given = value.startsWith('{') ? { text: value } : readInside(value, cwd);
    if ('problem' in given)
        return given;
    let policy;
    try {
        policy = JSON.parse(given.text);
    }
    catch (error) {
        return { problem: `is not valid JSON: ${error.message}` };
    }
    if (!isObject(policy))
        return { problem: 'must be a JSON object' };
    try {
        const problem = check(policy);
        return problem === null ? { text: JSON.stringify(policy) } : { problem };
    }
    catch (error) {
        // JSON of any depth can be read, but not be written again.
        if (!(error instanceof RangeError))
            throw error;
        return { problem: 'is nested too deeply' };
    }
}
/** Far more than ECR takes, blanks and all; a device or a pipe has no end. */
const LARGEST_FILE = 1 << 20;
function readInside(value, cwd) {
    try {
        const file = insideOf(cwd, value);
        if (file === null)
            return { problem: `must be inside of the workspace (${cwd})` };
        const stat = (0,external_node_fs_.statSync)(file);
        if (!stat.isFile() || stat.size > LARGEST_FILE) {
            return {
                problem: 'must be JSON, or the path of a file in the workspace: it is none, or has over 1 MiB',
            };
        }
        return { text: (0,external_node_fs_.readFileSync)(file, 'utf8') };
    }
    catch (error) {
        const { code } = error;
        const why = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
        return { problem: `must be JSON, or the path of a file in the workspace: ${why}` };
    }
}
/**
 * The shape of a lifecycle policy.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 * @returns what is wrong, or null
 */
function checkLifecyclePolicy(policy) {
    const size = JSON.stringify(policy).length;
    const { rules } = policy;
    if (!Array.isArray(rules) || rules.length === 0)
        return "must have 'rules', a list with at least one rule";
    if (size < 100 || size > 30_720)
        return `must have 100 to 30720 characters, and has ${size}`;
    const priorities = new Set();
    for (const [at, rule] of rules.entries()) {
        const problem = isObject(rule) ? checkRule(rule) : 'must be an object';
        if (problem !== null)
            return `rule ${at + 1}: ${problem}`;
        const { rulePriority } = rule;
        if (priorities.has(rulePriority))
            return `rule ${at + 1}: rulePriority ${rulePriority} is taken already`;
        priorities.add(rulePriority);
    }
    return null;
}
const COUNT_TYPES = ['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'];
function checkRule(rule) {
    const { rulePriority, selection, action } = rule;
    if (!isCount(rulePriority))
        return 'rulePriority must be a whole number from 1';
    if (!isObject(selection))
        return "must have a 'selection'";
    const { tagStatus, tagPrefixList, tagPatternList, countType, countNumber, countUnit } = selection;
    if (!['tagged', 'untagged', 'any'].includes(String(tagStatus))) {
        return 'selection.tagStatus must be tagged, untagged or any';
    }
    const lists = [tagPrefixList, tagPatternList].filter((list) => list !== undefined);
    if (tagStatus === 'tagged' && lists.length !== 1) {
        return 'selection needs either tagPatternList or tagPrefixList where tagStatus is tagged';
    }
    if (!COUNT_TYPES.includes(String(countType)))
        return `selection.countType must be one of ${COUNT_TYPES.join(', ')}`;
    if (!isCount(countNumber))
        return 'selection.countNumber must be a whole number from 1';
    if (String(countType).startsWith('since') && countUnit !== 'days') {
        return `selection.countUnit must be days where countType is ${countType}`;
    }
    if (!isObject(action) || !['expire', 'transition'].includes(String(action['type']))) {
        return 'action.type must be expire or transition';
    }
    if (action['type'] === 'transition' && action['targetStorageClass'] === undefined) {
        return 'action.targetStorageClass is required where action.type is transition';
    }
    return null;
}
/**
 * The shape of a resource policy, as far as ECR needs it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 * @returns what is wrong, or null
 */
function checkRepositoryPolicy(policy) {
    const size = JSON.stringify(policy).length;
    if (size > 10_240)
        return `must have at most 10240 characters, and has ${size}`;
    const { Statement: given } = policy;
    const statements = Array.isArray(given) ? given : isObject(given) ? [given] : [];
    if (statements.length === 0)
        return "must have 'Statement', with at least one statement";
    for (const [at, statement] of statements.entries()) {
        const where = `statement ${at + 1}`;
        if (!isObject(statement))
            return `${where}: must be an object`;
        if (!['Allow', 'Deny'].includes(String(statement['Effect'])))
            return `${where}: Effect must be Allow or Deny`;
        if (!('Principal' in statement || 'NotPrincipal' in statement))
            return `${where}: needs a Principal`;
        if (!('Action' in statement || 'NotAction' in statement))
            return `${where}: needs an Action`;
    }
    return null;
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function isCount(value) {
    return Number.isInteger(value) && value >= 1;
}

;// CONCATENATED MODULE: ./lib/inputs/repository-settings.js

const MODES = ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'];
const ENCRYPTIONS = ['AES256', 'KMS', 'KMS_DSSE'];
/** Settings that public repositories do not have. */
const PRIVATE_ONLY = [
    'image-tag-mutability',
    'image-tag-mutability-exclusions',
    'scan-on-push',
    'encryption-type',
    'kms-key',
    'lifecycle-policy',
];
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
const EXCLUSION = /^[0-9a-zA-Z._*-]{1,128}$/;
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html (kmsKey)
const KMS_KEY = /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/[\w/-]+|alias\/[\w/-]+|(?:mrk-)?[0-9a-f-]{32,36})$/;
/** @returns the settings, null where the inputs say nothing; what is wrong goes to the reader */
function readRepositorySettings(reader, registryType) {
    if (registryType === 'public') {
        for (const name of PRIVATE_ONLY) {
            const value = reader.text(name);
            if (value === '')
                continue;
            reader.problem(name, value, 'is of private repositories only; leave it empty with registry-type: public');
        }
    }
    const scan = reader.text('scan-on-push');
    const settings = {
        mutability: readMutability(reader),
        scanOnPush: scan === '' ? null : reader.boolean('scan-on-push', false),
        encryption: readEncryption(reader),
        resourceTags: readResourceTags(reader),
        lifecyclePolicy: readPolicyInput(reader, 'lifecycle-policy', checkLifecyclePolicy),
        repositoryPolicy: readPolicyInput(reader, 'repository-policy', checkRepositoryPolicy),
    };
    return settings;
}
/** One of a few words, or null where nothing or something else was given. */
function readChoice(reader, name, allowed) {
    const value = reader.text(name);
    if (value === '')
        return null;
    const found = allowed.find((word) => word === value);
    if (found === undefined)
        reader.problem(name, value, `must be ${oneOf(allowed)}`);
    return found ?? null;
}
function oneOf(words) {
    return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
function readMutability(reader) {
    const mode = readChoice(reader, 'image-tag-mutability', MODES);
    const name = 'image-tag-mutability-exclusions';
    const exclusions = [...new Set(reader.list(name, { commas: 'yes' }))];
    for (const exclusion of exclusions) {
        if (EXCLUSION.test(exclusion) && exclusion.split('*').length <= 3)
            continue;
        reader.problem(name, exclusion, "an exclusion is 1 to 128 letters, digits, dots, hyphens and underscores, with at most two '*' for any characters");
    }
    if (exclusions.length > 5) {
        reader.problem(name, exclusions.join(','), `ECR allows 5 exclusions, and these are ${exclusions.length}`);
    }
    const withExclusions = mode?.endsWith('_WITH_EXCLUSION') ?? false;
    if (exclusions.length > 0 && !withExclusions && reader.text('image-tag-mutability') === (mode ?? '')) {
        reader.problem(name, exclusions.join(','), 'needs image-tag-mutability: IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION');
    }
    if (withExclusions && reader.text(name) === '') {
        reader.problem('image-tag-mutability', mode ?? '', `needs ${name}, with 1 to 5 patterns`);
    }
    return mode === null ? null : { mode, exclusions: withExclusions ? exclusions : [] };
}
function readEncryption(reader) {
    const type = readChoice(reader, 'encryption-type', ENCRYPTIONS);
    const key = reader.text('kms-key');
    if (key !== '' && !KMS_KEY.test(key)) {
        reader.problem('kms-key', key, "must be a KMS key's ARN, its id, or its alias (alias/NAME)");
    }
    if (key !== '' && (type === 'AES256' || reader.text('encryption-type') === '')) {
        reader.problem('kms-key', key, 'needs encryption-type: KMS or KMS_DSSE');
    }
    return type === null ? null : { type, key: key === '' ? null : key };
}
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
function readResourceTags(reader) {
    const name = 'repository-tags';
    const items = reader.list(name, { commas: 'no' });
    const tags = new Map();
    for (const item of items) {
        const equals = item.indexOf('=');
        const key = item.slice(0, Math.max(equals, 0)).trim();
        const value = item.slice(equals + 1).trim();
        const problem = equals < 1 || key === '' ? 'must be key=value' : checkTag(key, value);
        if (problem !== null)
            reader.problem(name, item, problem);
        else if (tags.has(key))
            reader.problem(name, item, `${key} is given twice`);
        else
            tags.set(key, value);
    }
    if (tags.size > 50)
        reader.problem(name, '', `AWS allows 50 tags, and these are ${tags.size}`);
    return items.length === 0 ? null : tags;
}
function checkTag(key, value) {
    if (/^aws:/i.test(key))
        return 'a key that starts with aws: is reserved';
    if (key.length > 128 || value.length > 256)
        return 'a key has at most 128 characters, a value 256';
    if (TAG_TEXT.test(key) && TAG_TEXT.test(value))
        return null;
    return 'a key and a value are letters, digits, spaces and _ . : / = + - @';
}
function readPolicyInput(reader, name, check) {
    const value = reader.text(name);
    if (value === '')
        return null;
    const reading = readPolicy(value, reader.source.cwd, check);
    if ('text' in reading)
        return reading.text;
    reader.problem(name, value, reading.problem);
    return null;
}

// EXTERNAL MODULE: ./lib/metadata/index.js + 14 modules
var lib_metadata = __webpack_require__(6265);
// EXTERNAL MODULE: ./lib/targets.js
var targets = __webpack_require__(4697);
;// CONCATENATED MODULE: ./lib/inputs.js








// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html (repositoryName)
const REPOSITORY_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const ACCOUNT_ID = /^\d{12}$/;
const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
// `ACCOUNT.dkr.ecr.REGION.SUFFIX`, `….dkr.ecr-fips.…` and the dual-stack `ACCOUNT.dkr-ecr.REGION.on.aws`, in
// every partition: the suffix is left open, since the API returns the host that is used.
const REGISTRY_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/;
// `public.ecr.aws/ALIAS/NAME`, and the dual-stack host of the same.
const PUBLIC_URI = /^(public\.ecr\.aws|ecr-public\.aws\.com)\/([^/]+)\/?(.*)$/;
const NAME_RULE = 'a repository name is 2 to 256 lower-case letters and digits, with single dots, hyphens, underscores or slashes between them (team/demo-service)';
/**
 * Reads and checks every input.
 * @returns the inputs, with defaults filled in and paths made absolute
 * @throws InputError with everything that is wrong, before anything has been called
 */
function readInputs(source) {
    const reader = new inputs_reader/* Reader */.m(source);
    const repository = readRepository(reader);
    const metadata = readMetadata(reader);
    const wanted = reader.boolean('push', true);
    const build = readBuild(reader, wanted);
    // What is asked of the Dockerfile makes no image.
    const push = wanted && build.call === null;
    const role = (0,identity/* readRole */.fP)(reader);
    const inputs = {
        repository,
        registries: (0,targets/* readRegistries */.K)(reader, { repository, role }),
        createRepository: reader.boolean('create-repository', true),
        settings: readRepositorySettings(reader, repository.registryType),
        updateRepository: reader.boolean('update-repository', false),
        role,
        ifImageExists: readChoice(reader, 'if-image-exists', ['push', 'skip', 'fail']) ?? 'push',
        metadata,
        build,
        push,
        pushByDigest: readPushByDigest(reader),
        keepLogin: reader.boolean('keep-login', false),
        after: (0,after_inputs/* readAfter */.F)(reader, { push, registryType: repository.registryType }),
        summary: reader.boolean('summary', true),
    };
    if (inputs.keepLogin && !inputs.push) {
        reader.problem('keep-login', 'true', 'needs push: true; without a push nobody logs in');
    }
    reader.finish();
    return inputs;
}
function readRepository(reader) {
    const value = reader.text('repository');
    let registryId = readMatching(reader, 'registry-id', ACCOUNT_ID, 'an AWS account id is 12 digits');
    let region = readMatching(reader, 'aws-region', REGION, 'must be a region code, such as ap-northeast-2');
    const type = readChoice(reader, 'registry-type', ['private', 'public']);
    const rest = { alias: null, registryType: type ?? 'private' };
    const missing = { ...rest, name: '', host: null, registryId, region };
    if (value === '') {
        reader.problem('repository', '', "is required: an ECR repository's name or URI, such as demo-service");
        return missing;
    }
    if (/^[a-z]+:\/\//i.test(value)) {
        reader.problem('repository', value, 'must be without https://: a name or ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME');
        return missing;
    }
    const ofPublic = PUBLIC_URI.exec(value);
    if (ofPublic !== null || type === 'public') {
        return readPublicRepository(reader, { value, match: ofPublic, type, registryId, region });
    }
    const slash = value.indexOf('/');
    const match = REGISTRY_HOST.exec(slash < 0 ? value : value.slice(0, slash));
    let name = value;
    let host = null;
    if (match !== null) {
        host = match[0];
        name = slash < 0 ? '' : value.slice(slash + 1);
        registryId = agree(reader, 'registry-id', registryId, match[1]);
        region = agree(reader, 'aws-region', region, match[2]);
    }
    checkRepositoryName(reader, value, name);
    return { ...rest, name, host, registryId, region };
}
/** The API of ECR Public is in one region only; https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
const PUBLIC_REGION = 'us-east-1';
function readPublicRepository(reader, given) {
    const { value, match, type, registryId, region } = given;
    if (type === 'private') {
        reader.problem('registry-type', type, `contradicts the repository URI, which is that of a public registry`);
    }
    if (region !== null && region !== PUBLIC_REGION) {
        reader.problem('aws-region', region, `ECR Public has its API in ${PUBLIC_REGION} only; leave it empty`);
    }
    const name = match === null ? value : (match[3] ?? '');
    checkRepositoryName(reader, value, name);
    return {
        name,
        host: match?.[1] ?? null,
        registryType: 'public',
        alias: match?.[2] ?? null,
        registryId,
        region: PUBLIC_REGION,
    };
}
function checkRepositoryName(reader, value, name) {
    if (name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/')) {
        reader.problem('repository', value, "must be without a tag or digest; tags go into the input 'tags'");
    }
    else if (name.length < 2 || name.length > 256 || !REPOSITORY_NAME.test(name)) {
        const upper = name.toLowerCase();
        const hint = upper !== name && REPOSITORY_NAME.test(upper) ? `; did you mean ${upper}?` : '';
        reader.problem('repository', value, NAME_RULE + hint);
    }
}
function readMatching(reader, name, pattern, message) {
    const value = reader.text(name);
    if (value === '')
        return null;
    if (!pattern.test(value)) {
        reader.problem(name, value, message);
        return null;
    }
    return value;
}
/** A repository URI says account and region; the input of that name may repeat it, not contradict it. */
function agree(reader, name, given, inUri) {
    if (given !== null && given !== inUri) {
        reader.problem(name, given, `contradicts the repository URI, which says ${inUri}; give only one of them`);
    }
    return inUri;
}
function readMetadata(reader) {
    const metadata = {
        tags: reader.lines('tags'),
        flavor: reader.lines('flavor'),
        labels: reader.list('labels', { commas: false }),
        annotations: reader.list('annotations', { commas: false }),
    };
    for (const { input, value, message } of (0,lib_metadata/* findProblems */.o6)(metadata))
        reader.problem(input, value, message);
    return metadata;
}
/** An image without a tag has no tags that could be there already, and one way to the registry. */
function readPushByDigest(reader) {
    const value = reader.boolean('push-by-digest', false);
    if (!value)
        return false;
    const refuse = (input, message) => {
        const given = reader.text(input);
        if (given !== '')
            reader.problem(input, given, message);
    };
    refuse('tags', 'goes with an image that has tags; with push-by-digest give the tags to the merge action');
    refuse('flavor', 'is about tags, which push-by-digest has none of');
    if (!/^(?:push)?$/.test(reader.text('if-image-exists'))) {
        refuse('if-image-exists', 'asks for tags, which push-by-digest has none of');
    }
    for (const output of reader.list('outputs', { commas: 'raw' })) {
        if (/^(?:image|registry)$/.test((0,exporters/* parseExporter */.j)(output)?.type ?? '')) {
            reader.problem('outputs', output, 'is another way to push; leave it out with push-by-digest');
        }
    }
    return true;
}


/***/ }),

/***/ 8878:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ isEnabled),
/* harmony export */   a: () => (/* binding */ readAttestations)
/* harmony export */ });
/* harmony import */ var _csv_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6447);
/* harmony import */ var _github_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4454);
/* harmony import */ var _reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4940);



/**
 * The inputs `provenance`, `sbom` and `attests`, as the values of `--attest`. The first two take precedence over
 * an attestation of their type in `attests`. Without any of them there is no attestation, so that one platform
 * makes a plain image.
 */
function readAttestations(reader) {
    const builder = (0,_github_js__WEBPACK_IMPORTED_MODULE_1__/* .readGitHubRun */ .ji)(reader.source.env).attemptUrl;
    const provenance = readShorthand(reader, 'provenance', 'mode=max');
    const sbom = readShorthand(reader, 'sbom', 'generator=image');
    const result = [];
    if (provenance !== null) {
        const on = provenance.length === 1 && provenance[0] === 'disabled=false';
        // Where `true` says no more than that, the run that is named says it.
        const fields = withBuilder(on && builder !== null ? [] : provenance, builder);
        result.push((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .joinCsv */ .hd)(['type=provenance', ...fields]));
    }
    if (sbom !== null)
        result.push((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .joinCsv */ .hd)(['type=sbom', ...sbom]));
    for (const item of reader.list('attests', { commas: 'no' })) {
        const fields = readFields(reader, 'attests', item);
        const type = (0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'type');
        if (!type)
            reader.problem('attests', item, 'must be type=…, such as type=sbom,generator=image');
        else if (type === 'provenance' && provenance === null)
            result.push((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .joinCsv */ .hd)(withBuilder(fields, builder)));
        else if (type === 'sbom' && sbom !== null)
            continue;
        else if (type !== 'provenance')
            result.push((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .joinCsv */ .hd)(fields));
    }
    return result;
}
/** Whether a value of `--attest` adds an attestation to the image, and so makes an index of it. */
function isEnabled(attest) {
    return (0,_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .y)((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .splitCsv */ .F8)(attest), 'disabled') ?? 'false') !== true;
}
/** A boolean, or attributes: null where the input is empty. */
function readShorthand(reader, name, example) {
    const value = reader.text(name);
    if (value === '')
        return null;
    const fields = readFields(reader, name, value);
    for (const field of fields) {
        if (!/^[a-z-]+=./i.test(field)) {
            reader.problem(name, value, `must be true, false or attributes, such as ${example}`);
            break;
        }
    }
    return fields;
}
/** A bare boolean among the fields turns the attestation on or off. */
function readFields(reader, name, value) {
    try {
        return (0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .splitCsv */ .F8)(value).map((field) => {
            const on = (0,_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .y)(field);
            return on === null ? field : `disabled=${!on}`;
        });
    }
    catch (error) {
        reader.problem(name, value, `is not comma-separated: ${error.message}`);
        return [];
    }
}
/** Provenance names the run that made it, unless the user names a builder. */
function withBuilder(fields, builder) {
    const off = (0,_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .y)((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'disabled') ?? 'false') === true;
    if (builder === null || off || (0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'builder-id') !== undefined)
        return fields;
    return [...fields, `builder-id=${builder}`];
}


/***/ }),

/***/ 4738:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ kindOf),
/* harmony export */   T1: () => (/* binding */ defaultContext),
/* harmony export */   Vx: () => (/* binding */ isRemote),
/* harmony export */   xh: () => (/* binding */ readBuildContexts),
/* harmony export */   yI: () => (/* binding */ readContext)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _github_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4454);



const TEMPLATE = /\{\{([^{}]*)\}\}/g;
/** The inputs `context` and `file`. */
function readContext(reader) {
    const given = reader.text('context');
    const rendered = renderDefaultContext(reader, 'context', given);
    if (isRemote(rendered)) {
        const file = reader.text('file');
        if (file === '-')
            reader.problem('file', file, "is standard input, which a step has none of; give the Dockerfile's path");
        return { context: rendered, file: file || null };
    }
    return readFolder(reader, rendered === '' ? '.' : rendered);
}
function readFolder(reader, given) {
    const { cwd } = reader.source;
    const context = node_path__WEBPACK_IMPORTED_MODULE_1__.resolve(cwd, given);
    const kind = kindOf(context);
    if (kind !== 'folder') {
        const why = kind === 'missing' ? 'does not exist' : 'is not a folder';
        const hint = kind === 'missing' ? ' (is there an actions/checkout step before this one?)' : '';
        reader.problem('context', given, `${why}; must be a folder, relative to ${cwd}${hint}`);
    }
    const givenFile = reader.text('file');
    // Docker fetches a Dockerfile from elsewhere itself.
    if (isRemote(givenFile))
        return { context, file: givenFile };
    const file = givenFile === '' ? node_path__WEBPACK_IMPORTED_MODULE_1__.join(context, 'Dockerfile') : node_path__WEBPACK_IMPORTED_MODULE_1__.resolve(cwd, givenFile);
    const fileKind = givenFile !== '' || kind === 'folder' ? kindOf(file) : 'file';
    if (fileKind !== 'file') {
        const missing = fileKind === 'missing' ? `does not exist (${file})` : 'is not a file';
        const where = givenFile === '' ? `no Dockerfile at ${file}` : missing;
        reader.problem('file', givenFile, `${where}; must be the Dockerfile's path, relative to ${cwd}`);
    }
    return { context, file };
}
/** The input `build-contexts`: `name=path`, or `name=` and what docker takes besides. */
function readBuildContexts(reader) {
    return reader.list('build-contexts', { commas: 'no' }).map((item) => {
        const rendered = renderDefaultContext(reader, 'build-contexts', item);
        const equals = rendered.indexOf('=');
        const value = rendered.slice(equals + 1);
        if (equals < 1 || value === '') {
            reader.problem('build-contexts', item, 'must be name=value, where the value is a path, a Git or tarball URL, docker-image://…, oci-layout://… or target:…');
        }
        else if (!isRemote(value) && !/^[a-z-]+:/.test(value)) {
            const folder = node_path__WEBPACK_IMPORTED_MODULE_1__.resolve(reader.source.cwd, value);
            if (kindOf(folder) !== 'folder') {
                reader.problem('build-contexts', item, `there is no folder ${folder}; a path is relative to the workspace`);
            }
        }
        return rendered;
    });
}
/** Puts the Git context of the commit that the run is about in the place of `{{defaultContext}}`. */
function renderDefaultContext(reader, input, value) {
    return value.replaceAll(TEMPLATE, (template, inside) => {
        const name = inside.trim();
        const context = name === 'defaultContext' ? defaultContext(reader.source.env) : null;
        if (name !== 'defaultContext') {
            reader.problem(input, value, `${template} is not known; {{defaultContext}} is`);
        }
        else if (context === null) {
            reader.problem(input, value, 'needs GITHUB_REPOSITORY and GITHUB_SHA, which GitHub sets; give the Git URL itself elsewhere');
        }
        return context ?? template;
    });
}
/**
 * The Git context of the run: `SERVER/OWNER/NAME.git#COMMIT`.
 * @returns null outside of GitHub
 */
function defaultContext(env) {
    const { serverUrl, repository, sha, ref } = (0,_github_js__WEBPACK_IMPORTED_MODULE_2__/* .readGitHubRun */ .ji)(env);
    // As docker/build-push-action: the commit that would be merged, unless the head of the pull request is asked for.
    const wantsHead = /^refs\/pull\/\d+\/merge$/.test(ref) && env['DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF'];
    const head = wantsHead && /^(?:1|t|T|true|TRUE|True)$/.test(wantsHead);
    const given = head ? (0,_github_js__WEBPACK_IMPORTED_MODULE_2__/* .readPullRequestHead */ .Vs)(env) : null;
    // What is no commit could name a folder too (`#COMMIT:FOLDER`), or another option of the URL.
    const named = given !== null && /^[0-9a-f]{40,64}$/i.test(given) ? given : ref.replace(/merge$/, 'head');
    const commit = head ? named : sha || ref;
    return repository === '' || commit === '' ? null : `${serverUrl}/${repository}.git#${commit}`;
}
/**
 * Whether docker fetches it instead of reading it from the disk.
 * https://docs.docker.com/build/concepts/context/#remote-context
 */
function isRemote(value) {
    return /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|[\w.-]+@[\w.-]+:)/.test(value);
}
function kindOf(file) {
    try {
        const stat = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(file);
        return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'other';
    }
    catch {
        return 'missing';
    }
}


/***/ }),

/***/ 9943:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ readOutputs),
/* harmony export */   j: () => (/* binding */ parseExporter)
/* harmony export */ });
/* harmony import */ var _csv_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6447);
/* harmony import */ var _reader_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4940);


const TYPES = ['local', 'tar', 'oci', 'docker', 'image', 'registry', 'cacheonly'];
const RULE = `must be a folder, or type=TYPE,… with one of the types ${TYPES.join(', ')}`;
/** The input `outputs`, each as it was given, quotes and all: docker reads it as CSV. */
function readOutputs(reader, push) {
    const items = reader.list('outputs', { commas: 'raw' });
    for (const item of items) {
        const exporter = parseExporter(item);
        if (exporter === null || !TYPES.includes(exporter.type))
            reader.problem('outputs', item, RULE);
        else if (exporter.destination === '-') {
            reader.problem('outputs', item, 'would write the result into the log; give dest=PATH');
        }
        else if ((exporter.type === 'local' || exporter.type === 'tar') && exporter.destination === null) {
            reader.problem('outputs', item, 'needs dest=PATH');
        }
        else if (exporter.pushes && !push) {
            reader.problem('outputs', item, 'pushes, but push is false');
        }
    }
    return items;
}
/**
 * https://docs.docker.com/reference/cli/docker/buildx/build/#output
 * @returns null where it is not one
 */
function parseExporter(output) {
    let fields;
    try {
        fields = (0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .splitCsv */ .F8)(output);
    }
    catch {
        return null;
    }
    const [first = ''] = fields;
    if (fields.length === 1 && !first.startsWith('type=')) {
        return { type: first === '-' ? 'tar' : 'local', destination: first, pushes: false };
    }
    const type = (0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'type') ?? '';
    const pushes = type === 'registry' || (type === 'image' && (0,_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .parseBoolean */ .y)((0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'push') ?? '') === true);
    return { type, destination: (0,_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'dest') ?? null, pushes };
}


/***/ }),

/***/ 4454:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vs: () => (/* binding */ readPullRequestHead),
/* harmony export */   ji: () => (/* binding */ readGitHubRun),
/* harmony export */   yt: () => (/* binding */ readDefaultBranch)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);

/**
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 * @param env the job's environment
 */
function readGitHubRun(env) {
    const serverUrl = (env['GITHUB_SERVER_URL'] || 'https://github.com').replace(/(?<!\/)\/+$/, '');
    const repository = env['GITHUB_REPOSITORY'] ?? '';
    const run = env['GITHUB_RUN_ID'];
    return {
        serverUrl,
        repository,
        sha: env['GITHUB_SHA'] ?? '',
        ref: env['GITHUB_REF'] ?? '',
        baseBranch: env['GITHUB_BASE_REF'] || null,
        attemptUrl: run && repository
            ? `${serverUrl}/${repository}/actions/runs/${run}/attempts/${env['GITHUB_RUN_ATTEMPT'] || '1'}`
            : null,
    };
}
/** The repository's default branch, as the event says; null where there is no event or it does not say. */
function readDefaultBranch(env) {
    return textAt(readEvent(env), 'repository', 'default_branch');
}
/** The commit at the head of the pull request; null for other events. */
function readPullRequestHead(env) {
    return textAt(readEvent(env), 'pull_request', 'head', 'sha');
}
function readEvent(env) {
    const file = env['GITHUB_EVENT_PATH'];
    if (!file)
        return null;
    try {
        return JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file, 'utf8'));
    }
    catch {
        // Whoever asks has an answer for an event that does not say.
        return null;
    }
}
function textAt(value, ...path) {
    let at = value;
    for (const name of path) {
        if (typeof at !== 'object' || at === null)
            return null;
        at = at[name];
    }
    return typeof at === 'string' && at !== '' ? at : null;
}


/***/ }),

/***/ 9179:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GW: () => (/* binding */ isRoleArn),
/* harmony export */   IJ: () => (/* binding */ roleFor),
/* harmony export */   fP: () => (/* binding */ readRole)
/* harmony export */ });
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (RoleSessionName, DurationSeconds)
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const SECONDS = { least: 900, most: 43_200 };
/** @returns the role, or null where the SDK's own chain is to say who calls; what is wrong goes to the reader */
function readRole(reader) {
    const arn = reader.text('role-to-assume');
    const [sessionName, seconds, audience] = ['role-session-name', 'role-duration-seconds', 'audience'].map((name) => {
        const value = reader.text(name);
        if (value !== '' && arn === '')
            reader.problem(name, value, 'needs role-to-assume');
        return value;
    });
    if (arn !== '' && !isRoleArn(arn)) {
        reader.problem('role-to-assume', arn, "must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME");
    }
    if (sessionName !== '' && !SESSION_NAME.test(sessionName)) {
        reader.problem('role-session-name', sessionName, 'a session name is 2 to 64 letters, digits and _ + = , . @ -');
    }
    const { least, most } = SECONDS;
    if (seconds !== '' && !(/^\d+$/.test(seconds) && Number(seconds) >= least && Number(seconds) <= most)) {
        reader.problem('role-duration-seconds', seconds, `must be a whole number from ${least} to ${most}`);
    }
    if (/\s/.test(audience))
        reader.problem('audience', audience, 'must be without spaces');
    if (arn === '')
        return null;
    return {
        ...roleFor(arn, reader.source.env),
        ...(sessionName === '' ? {} : { sessionName }),
        ...(seconds === '' ? {} : { seconds: Number(seconds) }),
        ...(audience === '' ? {} : { audience }),
    };
}
/** A role with the defaults for all that a session of it has. */
function roleFor(arn, env) {
    return {
        arn,
        sessionName: defaultSessionName(env['GITHUB_RUN_ID']),
        seconds: null,
        audience: 'sts.amazonaws.com',
    };
}
const isRoleArn = (text) => ROLE.test(text);
/** CloudTrail shows it with every call: with the run's id, a reader of it finds the run. */
function defaultSessionName(runId) {
    return runId !== undefined && /^\d{1,20}$/.test(runId) ? `ecr-build-push-${runId}` : 'ecr-build-push';
}


/***/ }),

/***/ 4940:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ Reader),
/* harmony export */   y: () => (/* binding */ parseBoolean)
/* harmony export */ });
/* harmony import */ var csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5175);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);


/** Collects problems while values are read, so that all are reported at once. */
class Reader {
    #problems;
    source;
    constructor(source, problems = []) {
        this.source = source;
        this.#problems = problems;
    }
    /** The same inputs, but for these; problems are collected together. */
    as(name, value, more = {}) {
        const changed = new Map(Object.entries({ ...more, [name]: value }));
        const get = (asked) => changed.get(asked) ?? this.source.get(asked);
        return new Reader({ ...this.source, get }, this.#problems);
    }
    text(name) {
        return this.source.get(name).trim();
    }
    problem(input, value, message) {
        this.#problems.push({ input, value, message });
    }
    /** YAML 1.2's core schema, which is what people write in a workflow; never `True` read as false. */
    boolean(name, fallback) {
        const value = this.text(name);
        if (value === '')
            return fallback;
        const parsed = parseBoolean(value);
        if (parsed === null)
            this.problem(name, value, 'must be true or false');
        return parsed ?? fallback;
    }
    /**
     * A value that must have a form.
     * @returns null where the input is empty or wrong
     */
    matching(name, pattern, message) {
        const value = this.text(name);
        if (value === '')
            return null;
        if (pattern.test(value))
            return value;
        this.problem(name, value, message);
        return null;
    }
    /**
     * The items of a list, as docker/build-push-action reads its lists; besides, a line that starts with `#` is a
     * comment. An item may be quoted as CSV.
     */
    list(name, { commas }) {
        const mode = commas === true ? 'yes' : commas === false ? 'no' : commas;
        const value = this.text(name);
        if (value === '')
            return [];
        try {
            const rows = (0,csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(value, {
                relax_quotes: true,
                relax_column_count: true,
                skip_empty_lines: true,
                comment: '#',
                comment_no_infix: true,
                ...(mode === 'raw' ? { quote: false } : {}),
            });
            const items = mode === 'unquoted' || mode === 'yes' ? rows.flat() : rows.map((row) => row.join(','));
            const parts = mode === 'yes' ? items.flatMap((item) => item.split(',')) : items;
            return parts.map((item) => item.trim()).filter((item) => item !== '');
        }
        catch (error) {
            this.problem(name, value, `is not a list: ${error.message}`);
            return [];
        }
    }
    /** As {@link list}, with a problem for each item that does not have the form. */
    matchingList(name, commas, pattern, message) {
        const items = this.list(name, { commas });
        for (const item of items)
            if (!pattern.test(item))
                this.problem(name, item, message);
        return items;
    }
    /** One item a line, whose own fields may be quoted: tag rules, as docker/metadata-action reads them. */
    lines(name) {
        return this.text(name)
            .split(/\r?\n/)
            .map((line) => line.trim())
            .filter((line) => line !== '' && !line.startsWith('#'))
            .map((line) => (/^"[^"]*"$/.test(line) ? line.slice(1, -1) : line));
    }
    finish() {
        if (this.#problems.length > 0)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .InputError */ .dz(this.#problems);
    }
}
/** @returns null for anything but YAML's booleans */
function parseBoolean(value) {
    if (/^(?:true|True|TRUE)$/.test(value))
        return true;
    if (/^(?:false|False|FALSE)$/.test(value))
        return false;
    return null;
}


/***/ }),

/***/ 728:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Yg: () => (/* binding */ expectAfter),
/* harmony export */   _E: () => (/* binding */ preparePush),
/* harmony export */   yI: () => (/* binding */ prepareBuild)
/* harmony export */ });
/* harmony import */ var _destination_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4354);
/* harmony import */ var _report_outputs_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8568);
/* harmony import */ var _repository_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5411);
/* harmony import */ var _together_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8717);




async function prepareBuild(inputs, image, world) {
    return { engine: await inspect(inputs, world), image, destinations: [], after: null };
}
function inspect({ build, metadata, push, pushByDigest }, world) {
    return world.docker.inspect(build, {
        push,
        byDigest: pushByDigest,
        annotations: metadata.annotations,
    });
}
/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repositories and the tokens side by side, and the login as soon as there is a token. With
 * `if-image-exists: skip` docker waits for the answer to whether it is needed at all.
 * @param wanted the image as the inputs name it; what comes back has the tags that the repository can take
 */
async function preparePush(inputs, wanted, world) {
    const { name } = inputs.repository;
    const ecr = await world.connectEcr(inputs);
    const preparing = (0,_destination_js__WEBPACK_IMPORTED_MODULE_0__/* .prepare */ .iA)(ecr, inputs, wanted, world);
    const first = (0,_destination_js__WEBPACK_IMPORTED_MODULE_0__/* .prepared */ .sb)(ecr, name, preparing);
    const ensured = preparing.ensured.then((found) => {
        const { repository, created, image } = found;
        if (repository !== null)
            world.setOutputs((0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_3__/* .repositoryOutputs */ .PP)(repository, created));
        if (image !== wanted)
            world.setOutputs((0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_3__/* .metadataOutputs */ ._V)(name, image));
        return found;
    });
    const others = (0,_destination_js__WEBPACK_IMPORTED_MODULE_0__/* .prepareOthers */ .$G)(inputs, wanted, world.connectEcr, world);
    if (inputs.ifImageExists === 'skip') {
        const [destination, more, { image }] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_2__/* .together */ .b)([first, others, ensured]);
        const there = (0,_repository_js__WEBPACK_IMPORTED_MODULE_1__/* .imageThere */ .Ej)(destination.images, destination.tags);
        if (there !== null)
            return { there, image, destinations: [destination, ...more] };
    }
    const [engine, destination, more, { image }, after] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_2__/* .together */ .b)([
        inspect(inputs, world),
        first,
        others,
        ensured,
        ensured.then(({ repository }) => expectAfter(ecr, repository, inputs, world)),
        warm(first, inputs.registries.length > 0 ? 4 : 2, world),
        others.then((known) => (0,_together_js__WEBPACK_IMPORTED_MODULE_2__/* .together */ .b)(known.map((other) => warm(other, 4, world)))),
        preparing.login.then(async (login) => {
            world.setOutputs({ registry: login.host });
            const { keepLogin: keep, build } = inputs;
            await world.docker.login(login, { keep, secrets: build.secrets, log: world.log });
            world.log(`Logged in to ${login.host}${inputs.keepLogin ? ', for the later steps too' : ''}`);
        }),
    ]);
    if (destination.repository === null)
        world.setOutputs({ 'repository-uri': destination.uri });
    const destinations = [destination, ...more];
    (0,_destination_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseTwins */ .sv)(destinations);
    return { engine, image, destinations, after };
}
/** Connections for what follows the push, opened while docker is asked and logs in. */
async function warm(destination, connections, world) {
    const { login } = await destination;
    await (await world.openRegistry(login)).warm(connections);
}
/** What follows the push is loaded only where it is asked for. */
async function expectAfter(ecr, repository, { after }, world) {
    if (repository === null || (after.failOnSeverity === null && !after.waitForReplication))
        return null;
    const { prepareAfter } = await __webpack_require__.e(/* import() */ 161).then(__webpack_require__.bind(__webpack_require__, 7161));
    return prepareAfter(after, ecr, repository, world);
}


/***/ }),

/***/ 2774:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ contentOf)
/* harmony export */ });
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5434);

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

/***/ 5434:
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

/***/ 8568:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BQ: () => (/* binding */ imageUris),
/* harmony export */   PP: () => (/* binding */ repositoryOutputs),
/* harmony export */   W3: () => (/* binding */ jsonOutput),
/* harmony export */   _V: () => (/* binding */ metadataOutputs),
/* harmony export */   _e: () => (/* binding */ labelLines),
/* harmony export */   am: () => (/* binding */ imageOutputs)
/* harmony export */ });
/** The outputs that are known before anything is built. */
function metadataOutputs(name, { tags, version, labels }) {
    return {
        'image-name': tags[0] === undefined ? name : `${name}:${tags[0]}`,
        labels: labelLines(labels).map(oneLine).join('\n'),
        tags: tags.join('\n'),
        version,
    };
}
/** An item that a list would not give back as it is, such as one with a line break, is quoted, as the inputs read it. */
function oneLine(item) {
    return /[\r\n]|,"|^["#]/.test(item) ? `"${item.replaceAll('"', '""')}"` : item;
}
/** `key=value`, as docker takes them. */
function labelLines(labels) {
    return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}
/** Everything for scripts: lists as lists, truth as truth, JSON as JSON. */
function jsonOutput(outputs, image) {
    const { 'image-uris': uris, 'repository-created': created, 'platform-digests': platforms, tags, metadata, pushed, ...texts } = outputs;
    return JSON.stringify({
        ...texts,
        tags: list(tags),
        labels: image.labels,
        annotations: image.annotations,
        pushed: pushed === 'true',
        ...(uris === undefined ? {} : { 'image-uris': list(uris) }),
        ...(created === undefined ? {} : { 'repository-created': created === 'true' }),
        ...(platforms === undefined ? {} : { 'platform-digests': JSON.parse(platforms) }),
        ...(metadata === undefined ? {} : { metadata: JSON.parse(metadata) }),
    });
}
function list(lines) {
    return lines ? lines.split('\n') : [];
}
/** What the repository makes known. */
function repositoryOutputs(repository, created) {
    return {
        'repository-uri': repository.uri,
        'repository-arn': repository.arn,
        'repository-created': String(created),
    };
}
/**
 * What the digest makes known that ECR holds under every tag.
 * @param holders the first is that of `repository`
 */
function imageOutputs(holders, digest) {
    const uris = holders.flatMap((holder) => imageUris(holder, digest));
    return {
        'image-uri': uris[0],
        'image-uris': uris.join('\n'),
        digest,
        'digest-uri': `${holders[0]?.uri}@${digest}`,
    };
}
/** An image's names in a repository: by its tags, or by its digest where it has none. */
function imageUris({ uri, tags }, digest) {
    return tags.length === 0 ? [`${uri}@${digest}`] : tags.map((tag) => `${uri}:${tag}`);
}


/***/ }),

/***/ 5411:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dp: () => (/* binding */ withoutMoving),
/* harmony export */   Ej: () => (/* binding */ imageThere),
/* harmony export */   c2: () => (/* binding */ immutableTags),
/* harmony export */   z0: () => (/* binding */ ensureRepository)
/* harmony export */ });
/* harmony import */ var _ecr_mutability_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1912);
/* harmony import */ var _ecr_settings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7869);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);
/* harmony import */ var _metadata_index_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6265);
/* harmony import */ var _together_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8717);





/**
 * Finds the repository, or creates it, and asks what the wanted tags name. What does not depend on each other is
 * asked at the same time.
 * @throws ActionError where it is absent and nobody may create it, where it cannot be brought to the settings, or
 * where a tag is taken
 */
async function ensureRepository(ecr, inputs, wanted, teller) {
    const { settings, updateRepository, ifImageExists } = inputs;
    const { name, alias } = inputs.repository;
    const [found, policies, early] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_3__/* .together */ .b)([
        ecr.findRepository(name),
        readPolicies(ecr, name, settings, updateRepository),
        ifImageExists === 'push' ? null : ecr.findImages({ name }, wanted.tags),
    ]);
    if (found === null)
        return createRepository(ecr, inputs, wanted, teller);
    checkAlias(found, alias);
    teller.log(`Found the repository ${found.uri}`);
    // What an update is about to make immutable counts as immutable.
    const mutability = (updateRepository ? settings.mutability : null) ?? found.mutability;
    const image = withoutMoving({ ...found, mutability }, wanted, teller);
    const [repository, images] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_3__/* .together */ .b)([
        anySettings(settings) ? compare(ecr, found, policies, inputs, teller) : found,
        // Immutability is known only now; a mutable repository takes every tag.
        early ?? ecr.findImages(found, immutableTags({ mutability }, image.tags)),
    ]);
    refuseTakenTags(repository, images, ifImageExists, image.tags);
    return { repository, created: false, image, images };
}
/** Of an immutable repository, the tags that move and that nobody named are left out. */
function withoutMoving(repository, wanted, { notice }) {
    const left = immutableTags(repository, wanted.tags).filter((tag) => wanted.moving.has(tag));
    if (left.length === 0)
        return wanted;
    notice(`${repository.uri} is immutable: the default tags that move are left out (${left.join(', ')}). Name them in the input 'tags' to have them all the same.`);
    return (0,_metadata_index_js__WEBPACK_IMPORTED_MODULE_2__/* .withoutTags */ .Cb)(wanted, left);
}
const anySettings = (settings) => Object.values(settings).some((value) => value !== null);
/** The code that knows settings is loaded where inputs have some. */
async function readPolicies(ecr, name, settings, update) {
    if (!anySettings(settings))
        return null;
    const reading = (await __webpack_require__.e(/* import() */ 786).then(__webpack_require__.bind(__webpack_require__, 8786))).readPolicies(ecr, name, settings);
    // A role that may not read them can still push: what is only compared is not worth a failure.
    return update ? reading : reading.catch(() => null);
}
async function compare(ecr, found, policies, { settings, updateRepository: update }, teller) {
    const { compareSettings } = await __webpack_require__.e(/* import() */ 786).then(__webpack_require__.bind(__webpack_require__, 8786));
    const comparing = compareSettings(ecr, found, policies, settings, { ...teller, update });
    if (update)
        return comparing;
    return comparing.catch((error) => {
        teller.log(`The repository's settings could not be compared with the inputs: ${error.message}`);
        return found;
    });
}
async function createRepository(ecr, inputs, wanted, teller) {
    const { settings, updateRepository, createRepository: mayCreate, ifImageExists } = inputs;
    const { name, alias } = inputs.repository;
    const images = new Map();
    if (!mayCreate) {
        if (!(await ecr.createsOnPush(name)))
            throw absent(name);
        teller.log(`The repository ${name} is not there; a repository creation template has ECR create it on the push`);
        return { repository: null, created: false, image: wanted, images };
    }
    const { created, ...repository } = await ecr.createRepository(name, settings);
    checkAlias(repository, alias);
    const image = withoutMoving(repository, wanted, teller);
    if (created) {
        teller.log(`Created the repository ${repository.uri}`);
        if (anySettings(settings)) {
            const { completeCreation } = await __webpack_require__.e(/* import() */ 786).then(__webpack_require__.bind(__webpack_require__, 8786));
            await completeCreation(ecr, repository, settings, teller);
        }
        return { repository, created, image, images };
    }
    teller.log(`Found the repository ${repository.uri}, which another run has just created`);
    // That run may still be setting its policies: only an update compares.
    const compared = updateRepository ? settings : _ecr_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .NO_SETTINGS */ .A;
    const policies = await readPolicies(ecr, name, compared, updateRepository);
    const asked = ifImageExists === 'push' ? immutableTags(repository, image.tags) : image.tags;
    const [now, held] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_3__/* .together */ .b)([
        anySettings(compared) ? compare(ecr, repository, policies, inputs, teller) : repository,
        ecr.findImages(repository, asked),
    ]);
    refuseTakenTags(now, held, ifImageExists, image.tags);
    return { repository: now, created, image, images: held };
}
function absent(name) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`There is no repository '${name}' in ECR, and create-repository is false.`, "set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.");
}
/** A repository is found by its name in the account's own public registry; the URI may mean another's. */
function checkAlias({ uri }, alias) {
    const own = uri.split('/').at(1);
    if (alias === null || own === alias)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`The public registry of these credentials has the alias '${own}', and the input 'repository' says '${alias}'.`, `use credentials of the account that has the registry '${alias}', or correct 'repository' (${uri}).`);
}
function immutableTags({ mutability }, tags) {
    return tags.filter((tag) => (0,_ecr_mutability_js__WEBPACK_IMPORTED_MODULE_4__/* .isImmutable */ .t)(mutability, tag));
}
/**
 * The image that is there already: under every tag, at one digest, and not archived.
 * @returns null where something is to be pushed
 */
function imageThere(images, tags) {
    const held = tags.map((tag) => images.get(tag));
    const [first] = held;
    if (first === undefined)
        return null;
    return held.every((image) => image?.digest === first.digest && image.active) ? first : null;
}
/**
 * @throws ActionError for tags that ECR would refuse only after a whole build, and without a reason docker passes on;
 * with `if-image-exists: fail`, for each tag that is there
 */
function refuseTakenTags(repository, images, ifImageExists, tags) {
    if (ifImageExists === 'skip' && imageThere(images, tags) !== null)
        return;
    const immutable = immutableTags(repository, tags);
    const taken = (ifImageExists === 'fail' ? tags : immutable).flatMap((tag) => {
        const image = images.get(tag);
        return image === undefined ? [] : [`${tag} (${image.digest}${image.active ? '' : ', archived'})`];
    });
    if (taken.length === 0)
        return;
    const list = taken.join(', ');
    const free = 'push a tag that is not there yet (the commit SHA changes with each commit), delete that image,';
    if (ifImageExists === 'fail') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${repository.uri} has an image already under ${list}, and if-image-exists is fail.`, `${free} or set if-image-exists: skip to end well with the image that is there.`);
    }
    const skip = ifImageExists === 'skip'
        ? 'if-image-exists: skip needs every tag at one active image'
        : 'set if-image-exists: skip to end well where every tag is there at one image';
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${repository.uri} is immutable and has an image already under ${list}.`, `${free} let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION), or ${ifImageExists === 'skip' ? `reduce the tags: ${skip}` : skip}.`);
}


/***/ }),

/***/ 4697:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readRegistries),
/* harmony export */   p: () => (/* binding */ inputsFor)
/* harmony export */ });
/* harmony import */ var _inputs_identity_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9179);

const HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/;
const ACCOUNT_AND_REGION = /^(?:(\d{12})\/)?([a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2})$/;
const RULE = 'must be ACCOUNT.dkr.ecr.REGION.amazonaws.com, REGION or ACCOUNT/REGION, with a space and the ARN of a role after it where that registry needs its own';
/**
 * Reads `registries`: more registries that the same repository name is pushed to.
 * @param main where the image goes first, and as whom; a region alone means its account
 * @returns the registries in their order; what is wrong goes to the reader
 */
function readRegistries(reader, main) {
    const items = reader.list('registries', { commas: false }).flatMap(splitAtCommas);
    const seen = new Set([keyOf(main.repository)]);
    const targets = [];
    for (const item of items) {
        const target = readTarget(reader, main, item);
        if (target === null)
            continue;
        if (seen.has(keyOf(target))) {
            reader.problem('registries', item, 'is there twice; the registry of repository is not to be repeated');
            continue;
        }
        seen.add(keyOf(target));
        targets.push(target);
    }
    if (items.length > 0 && main.repository.registryType === 'public') {
        reader.problem('registries', items.join(', '), 'needs a private registry in repository');
    }
    return targets;
}
const keyOf = ({ registryId, region }) => `${registryId}/${region}`;
/** A role's name may hold a comma; what follows one is a new item only where it begins like one. */
function splitAtCommas(line) {
    return line.split(/,\s*(?=\d{12}[./]|[a-z]{2,8}-)/).map((item) => item.trim());
}
function readTarget(reader, { repository, role }, item) {
    const [registry = '', arn, ...rest] = item.split(/\s+/);
    const [, account, region] = HOST.exec(registry) ?? ACCOUNT_AND_REGION.exec(registry) ?? [];
    if (region === undefined || rest.length > 0 || (arn !== undefined && !(0,_inputs_identity_js__WEBPACK_IMPORTED_MODULE_0__/* .isRoleArn */ .GW)(arn))) {
        reader.problem('registries', item, RULE);
        return null;
    }
    const own = arn === undefined ? role : { ...(role ?? (0,_inputs_identity_js__WEBPACK_IMPORTED_MODULE_0__/* .roleFor */ .IJ)(arn, reader.source.env)), arn };
    return { region, registryId: account ?? repository.registryId, role: own };
}
/** The inputs for another registry: the same repository there. */
function inputsFor(inputs, { region, registryId, role }) {
    const repository = { ...inputs.repository, host: null, alias: null, region, registryId };
    return { ...inputs, repository, role };
}


/***/ }),

/***/ 8717:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ together)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);

/** As Promise.all, but lets every part end before it throws: nothing goes on behind an error that was reported. */
async function together(parts) {
    const results = await Promise.allSettled(parts);
    const failures = results
        .filter((result) => result.status === 'rejected')
        .map((result) => result.reason);
    if (failures.length > 0)
        throw combine(failures);
    return results.map((result) => result.value);
}
/** Several failures of one round are one error, unless they all say the same. */
function combine(failures) {
    const known = failures.filter((failure) => failure instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ);
    if (known.length < failures.length)
        return failures.find((failure) => !(failure instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ));
    const [first, ...others] = [
        ...new Map(known.map((failure) => [failure.remedy || failure.message, failure])).values(),
    ];
    if (others.length === 0)
        return first;
    const text = [first, ...others].map(_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .explain */ .WE).join('\n');
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(text, '', { cause: first });
}


/***/ })

};
