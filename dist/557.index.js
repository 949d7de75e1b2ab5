export const id = 557;
export const ids = [557,244,559];
export const modules = {

/***/ 4098:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cy: () => (/* binding */ readCommon),
/* harmony export */   GV: () => (/* binding */ untagged),
/* harmony export */   TI: () => (/* binding */ openHolder),
/* harmony export */   VX: () => (/* binding */ withJson),
/* harmony export */   k5: () => (/* binding */ asMain),
/* harmony export */   kX: () => (/* binding */ finishSibling),
/* harmony export */   s0: () => (/* binding */ withOthers)
/* harmony export */ });
/* harmony import */ var _after_push_expect_js__WEBPACK_IMPORTED_MODULE_15__ = __webpack_require__(2448);
/* harmony import */ var _delivery_deliver_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5513);
/* harmony import */ var _delivery_describe_existing_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5989);
/* harmony import */ var _delivery_destination_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2546);
/* harmony import */ var _delivery_ensure_repository_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(537);
/* harmony import */ var _delivery_report_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8904);
/* harmony import */ var _ecr_settings_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7869);
/* harmony import */ var _inputs_after_push_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(4868);
/* harmony import */ var _inputs_metadata_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9432);
/* harmony import */ var _inputs_registries_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(1498);
/* harmony import */ var _inputs_repository_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(3577);
/* harmony import */ var _inputs_role_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3449);
/* harmony import */ var _report_outputs_js__WEBPACK_IMPORTED_MODULE_14__ = __webpack_require__(8568);
/* harmony import */ var _shared_ending_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(2134);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(2730);
/* harmony import */ var _shared_together_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(6843);
















/** The inputs that both have, read by the readers of the main action. */
function readCommon(reader) {
    const repository = (0,_inputs_repository_js__WEBPACK_IMPORTED_MODULE_8__/* .readRepository */ .Nu)(reader);
    const role = (0,_inputs_role_js__WEBPACK_IMPORTED_MODULE_9__/* .readRole */ .fP)(reader);
    if (repository.registryType === 'public') {
        reader.problem('repository', reader.text('repository'), 'must be in a private registry');
    }
    return {
        repository,
        registries: (0,_inputs_registries_js__WEBPACK_IMPORTED_MODULE_7__/* .readRegistries */ .K)(reader, { repository, role }),
        createRepository: reader.boolean('create-repository', true),
        role,
        metadata: (0,_inputs_metadata_js__WEBPACK_IMPORTED_MODULE_6__/* .readMetadata */ ._)(reader),
        after: (0,_inputs_after_push_js__WEBPACK_IMPORTED_MODULE_13__/* .readAfter */ .F)(reader, { push: true, registryType: repository.registryType }),
        summary: reader.boolean('summary', true),
    };
}
/** The inputs in the terms of the main action's preparation; tags are looked at when the digest is known. */
function asMain(inputs) {
    return { ...inputs, settings: _ecr_settings_js__WEBPACK_IMPORTED_MODULE_5__/* .NO_SETTINGS */ .A, updateRepository: false, ifImageExists: 'push' };
}
/** The image without tags: no tag of a repository is asked for before the digest is known. */
function untagged(image) {
    return { ...image, tags: [] };
}
/** @throws ActionError where there is no such repository; nobody creates one that must hold something already */
async function openHolder(ecr, { name }, world) {
    const finding = ecr.findRepository(name);
    const [repository, login] = await (0,_shared_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)([finding, (0,_delivery_destination_js__WEBPACK_IMPORTED_MODULE_2__/* .loginOf */ .DQ)(ecr, () => finding, world)]);
    if (repository === null) {
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_11__/* .ActionError */ .lZ(`There is no repository '${name}' in ECR, so that nothing can be in it.`, "correct 'source' or 'repository', 'aws-region' or 'registry-id'.");
    }
    return { ecr, name, uri: repository.uri, login, repository, created: 'no', tags: [], images: new Map() };
}
/** Every further registry, prepared; and no place twice. */
async function withOthers(inputs, image, first, world) {
    const others = (0,_delivery_destination_js__WEBPACK_IMPORTED_MODULE_2__/* .prepareOthers */ .$G)(asMain(inputs), untagged(image), world.connectEcr, world);
    const [destination, more] = await (0,_shared_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)([first, others]);
    const { repository, created, uri, login } = destination;
    world.setOutputs({
        registry: login.host,
        ...(repository === null ? { 'repository-uri': uri } : (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_14__/* .repositoryOutputs */ .PP)(repository, created === 'yes')),
    });
    (0,_delivery_destination_js__WEBPACK_IMPORTED_MODULE_2__/* .refuseTwins */ .sv)([destination, ...more]);
    return [destination, ...more];
}
/**
 * Brings an image that is in ECR under the wanted tags everywhere, and ends as the main action does: outputs, what
 * follows a push, summary.
 * @throws ActionError where a tag is taken in an immutable repository, or where the image did not get everywhere
 */
async function finishSibling(origin, wanted, image, inputs, world, started) {
    const { digest } = origin;
    const sourceAt = wanted.indexOf(origin.source);
    const destinations = await (0,_shared_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)(wanted.map((place) => tagged(place, image, digest, world)));
    const [first] = destinations;
    const source = destinations[sourceAt] ?? origin.source;
    const [delivered, known] = await (0,_shared_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)([
        (0,_delivery_deliver_js__WEBPACK_IMPORTED_MODULE_0__/* .deliver */ .c)({ ...origin, source }, destinations, world),
        (0,_delivery_describe_existing_js__WEBPACK_IMPORTED_MODULE_1__/* .describeThere */ .E)(source.ecr, source, { digest }, destinations.flatMap((place) => (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_14__/* .imageUris */ .BQ)(place, digest))),
        (0,_delivery_report_js__WEBPACK_IMPORTED_MODULE_4__/* .reportPlatforms */ .x)(source, digest, world),
    ]);
    const result = (0,_delivery_report_js__WEBPACK_IMPORTED_MODULE_4__/* .reportDelivered */ .h)(delivered, world);
    if (delivered.failure !== null || result === null)
        throw delivered.failure;
    world.setOutputs({
        'image-name': first.tags[0] === undefined ? `${first.name}@${digest}` : `${first.name}:${first.tags[0]}`,
        tags: first.tags.join('\n'),
        ...(known.imageId === null ? {} : { imageid: known.imageId }),
        metadata: JSON.stringify(known.metadata),
    });
    const repository = first.repository ?? (await first.ecr.findRepository(first.name));
    if (first.repository === null && repository !== null)
        world.setOutputs((0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_14__/* .repositoryOutputs */ .PP)(repository, true));
    const after = await (0,_after_push_expect_js__WEBPACK_IMPORTED_MODULE_15__/* .expectAfter */ .Y)(first.ecr, repository, inputs, world);
    const verdict = await after?.verify(result.held);
    if (inputs.summary)
        await world.summarize({
            name: first.name,
            outcome: 'pushed',
            uris: result.uris,
            digestUri: `${first.uri}@${digest}`,
            imageId: known.imageId,
            sizeInBytes: result.held.sizeInBytes,
            repositoryCreated: first.created !== 'no',
            engine: null,
            seconds: { build: 0, total: (world.clock() - started) / 1000 },
            sections: verdict?.sections ?? [],
        });
    if (verdict?.failure)
        throw verdict.failure;
}
/** The place with its tags, and what they name there now. An immutable one may have the very image already. */
async function tagged(place, image, digest, world) {
    const { repository } = place;
    if (repository === null)
        return { ...place, tags: image.tags };
    const { tags } = (0,_delivery_ensure_repository_js__WEBPACK_IMPORTED_MODULE_3__/* .withoutMoving */ .Dp)(repository, image, world);
    if (place.created !== 'no' || tags.length === 0)
        return { ...place, tags };
    const images = await place.ecr.findImages(repository, tags);
    const taken = (0,_delivery_ensure_repository_js__WEBPACK_IMPORTED_MODULE_3__/* .immutableTags */ .c2)(repository, tags).flatMap((tag) => {
        const held = images.get(tag)?.digest;
        return held === undefined || held === digest ? [] : [`${tag} (${held})`];
    });
    if (taken.length === 0)
        return { ...place, tags, images };
    throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_11__/* .ActionError */ .lZ(`${repository.uri} is immutable and has another image than ${digest} under ${taken.join(', ')}.`, 'give other tags, delete that image, or let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).');
}
/** Runs an action whose outputs are also set as one JSON, as far as they came to be. */
async function withJson(outer, image, work) {
    const outputs = {};
    const setOutputs = (some) => {
        Object.assign(outputs, some);
        outer.setOutputs(some);
    };
    try {
        await _shared_ending_js__WEBPACK_IMPORTED_MODULE_10__/* .ending */ .K1.before(work({ ...outer, setOutputs }));
    }
    finally {
        const { labels = {}, annotations = [] } = image() ?? {};
        outer.setOutputs({ json: (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_14__/* .jsonOutput */ .W3)(outputs, { labels, annotations }) });
    }
}


/***/ }),

/***/ 8557:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  merge: () => (/* binding */ merge),
  readMergeInputs: () => (/* binding */ readMergeInputs)
});

// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(178);
// EXTERNAL MODULE: ./lib/metadata/describe.js
var describe = __webpack_require__(7372);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/registry/errors.js
var errors = __webpack_require__(228);
// EXTERNAL MODULE: ./lib/registry/explain.js
var explain = __webpack_require__(5244);
// EXTERNAL MODULE: ./lib/registry/platforms.js
var registry_platforms = __webpack_require__(8559);
;// CONCATENATED MODULE: ./lib/registry/merge.js


/** @throws RegistryError where the digest is not there, or cannot be read */
async function readPart(registry, repository, digest) {
    const manifest = await registry.manifest(repository, digest);
    if ((0,types/* isIndex */.nw)(manifest.mediaType)) {
        const descriptors = manifest.content.manifests ?? [];
        const images = descriptors.filter((child) => !(0,types/* isAttestation */.H3)(child));
        // An image whose descriptor says no platform would hide behind those that do.
        const platforms = images.flatMap(({ platform }) => platform ?? []);
        return { digest, descriptors, platforms: platforms.length < images.length ? [] : platforms };
    }
    const images = await (0,registry_platforms.platformImages)(registry, repository, manifest);
    const platforms = images.map(({ platform }) => platform);
    const [platform] = platforms;
    const descriptor = { mediaType: manifest.mediaType, digest, size: manifest.bytes.length };
    return {
        digest,
        platforms,
        descriptors: [platform === undefined ? descriptor : { ...descriptor, platform }],
    };
}
/**
 * The index over the parts, in their order. The same parts and annotations give the same bytes, so that a second run
 * makes nothing new.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
function makeIndex(parts, annotations) {
    const content = {
        schemaVersion: 2,
        mediaType: types/* OCI_INDEX */.$p,
        manifests: parts.flatMap(({ descriptors }) => descriptors),
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    };
    const bytes = Buffer.from(JSON.stringify(content, null, 2));
    return { bytes, digest: (0,types/* digestOf */.ol)(bytes), mediaType: types/* OCI_INDEX */.$p };
}

// EXTERNAL MODULE: ./lib/shared/errors.js
var shared_errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/shared/together.js
var together = __webpack_require__(6843);
// EXTERNAL MODULE: ./lib/actions/siblings/common.js
var siblings_common = __webpack_require__(4098);
;// CONCATENATED MODULE: ./lib/actions/siblings/merge.js









/** @throws InputError with everything that is wrong */
function readMergeInputs(source) {
    const reader = new inputs_reader/* Reader */.m(source);
    const given = reader.list('digests', { commas: true });
    // `digest-uri` serves as well as `digest`: what stands before the digest was for docker.
    const digests = given.map((item) => item.slice(item.lastIndexOf('@') + 1));
    digests.forEach((digest, at) => {
        if (!types/* DIGEST */.Dh.test(digest))
            reader.problem('digests', given[at], 'must be sha256: and 64 hexadecimal digits');
        else if (digests.indexOf(digest) < at)
            reader.problem('digests', digest, 'is there twice');
    });
    if (given.length === 0) {
        reader.problem('digests', '', "is required: the output 'digest' of each runner, one a line");
    }
    const common = (0,siblings_common/* readCommon */.Cy)(reader);
    const inputs = {
        ...common,
        // The event's own are for the images; those of the index are the ones that are given.
        metadata: { ...common.metadata, annotations: [] },
        digests,
        platforms: reader.list('platforms', { commas: true }),
        indexAnnotations: readAnnotations(reader),
    };
    reader.finish();
    return inputs;
}
/** https://docs.docker.com/build/metadata/annotations/ */
function readAnnotations(reader) {
    const annotations = [];
    for (const item of reader.list('annotations', { commas: false })) {
        const [, level = 'index', key = '', value = ''] = /^(?:([a-z][a-z,-]*(?:\[[^\]]*\])?):)?([^=:]+)=(.*)$/s.exec(item) ?? [];
        if (key === '')
            reader.problem('annotations', item, 'must be key=value');
        else if (level !== 'index') {
            reader.problem('annotations', item, `the level ${level} is that of an image, which has its digest already; here there is only index:key=value`);
        }
        else
            annotations.push([key, value]);
    }
    return Object.fromEntries(annotations);
}
/**
 * Makes one image of those that several runners have pushed by digest, through the registry's API alone.
 * @throws ActionError where a digest is not in the repository, or a platform is missing or there twice
 */
async function merge(inputs, outer) {
    const started = outer.clock();
    let image = null;
    await (0,siblings_common/* withJson */.VX)(outer, () => image, async (world) => {
        const described = await (0,describe/* describe */.q)(inputs.metadata, world.github);
        image = described;
        for (const warning of described.warnings)
            world.warn(warning);
        world.setOutputs({ version: described.version, pushed: 'false' });
        const holder = world.connectEcr(inputs).then((ecr) => (0,siblings_common/* openHolder */.TI)(ecr, inputs.repository, world));
        const parts = holder.then((place) => readParts(place, inputs.digests, world));
        const [destinations, found] = await (0,together/* together */.b)([(0,siblings_common/* withOthers */.s0)(inputs, described, holder, world), parts]);
        const [first] = destinations;
        refusePlatforms(found, inputs.platforms);
        const index = makeIndex(found, inputs.indexAnnotations);
        try {
            const registry = await world.openRegistry(first.login);
            if ((await registry.head(first.name, index.digest)) === null) {
                await registry.putManifest(first.name, index.digest, index);
            }
        }
        catch (error) {
            throw (0,explain.explainRegistryError)(`The push of the index to ${first.uri}`, error);
        }
        world.log(`The index ${index.digest} has ${platformsOf(found).join(', ')}`);
        await (0,siblings_common/* finishSibling */.kX)({ digest: index.digest, source: first }, destinations, described, inputs, world, started);
    });
}
async function readParts({ login, name, uri }, digests, world) {
    const registry = await world.openRegistry(login);
    return (0,together/* together */.b)(digests.map(async (digest) => {
        try {
            return await readPart(registry, name, digest);
        }
        catch (error) {
            if (error instanceof errors/* RegistryError */.gl && error.status === 404) {
                throw new shared_errors/* ActionError */.lZ(`${uri} does not have ${digest}.`, 'give the digests that push-by-digest put out for this repository and registry, in this run; a lifecycle rule for untagged images may have deleted an older one.', { cause: error });
            }
            throw (0,explain.explainRegistryError)(`Reading ${uri}@${digest}`, error);
        }
    }));
}
const platformsOf = (parts) => parts.flatMap(({ platforms }) => platforms.map((platform) => (0,types/* platformName */.$r)(platform)));
/** @throws ActionError where a platform is missing, there twice, or none */
function refusePlatforms(parts, wanted) {
    const owners = new Map();
    for (const { digest, platforms } of parts) {
        if (platforms.length === 0) {
            throw new shared_errors/* ActionError */.lZ(`${digest} is for no platform: its configuration does not say one.`, 'give the digests of images, as push-by-digest put them out.');
        }
        for (const platform of platforms) {
            // Windows images of one architecture differ by the version of the system.
            const name = `${commonName((0,types/* platformName */.$r)(platform))}${platform['os.version'] ? ` (${platform['os.version']})` : ''}`;
            owners.set(name, [...(owners.get(name) ?? []), digest]);
        }
    }
    const doubled = [...owners].filter(([, digests]) => digests.length > 1);
    if (doubled.length > 0) {
        const list = doubled.map(([name, digests]) => `${name} (${digests.join(', ')})`).join('; ');
        throw new shared_errors/* ActionError */.lZ(`More than one image is for the same platform: ${list}.`, "let every runner of the matrix build another platform (the input 'platforms', or the runner's own), and give each digest once.");
    }
    if (wanted.length === 0)
        return;
    const found = platformsOf(parts);
    const [have, want] = [found, wanted].map((names) => names.map(commonName));
    const missing = wanted.filter((name) => !have.includes(commonName(name)));
    const more = found.filter((name) => !want.includes(commonName(name)));
    if (missing.length + more.length === 0)
        return;
    throw new shared_errors/* ActionError */.lZ(`The digests are for ${found.join(', ')}, and the input 'platforms' says ${wanted.join(', ')}: ${[
        ...missing.map((name) => `${name} is missing`),
        ...more.map((name) => `${name} is not wanted`),
    ].join(', ')}.`, 'see which runner of the matrix has failed or has pushed another platform, or correct platforms.');
}
/**
 * Names that mean the same platform become one, as containerd has them: what runs on the one runs on the other.
 * https://github.com/containerd/platforms/blob/main/database.go
 */
function commonName(name) {
    return name
        .toLowerCase()
        .replace(/^([^/]+)\/(?:x86_64|x86-64)(?=\/|$)/, '$1/amd64')
        .replace(/^([^/]+)\/aarch64(?=\/|$)/, '$1/arm64')
        .replace(/\/amd64\/v1$/, '/amd64')
        .replace(/\/arm64\/v?8$/, '/arm64')
        .replace(/\/arm$/, '/arm/v7');
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


/***/ }),

/***/ 8559:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   platformDigests: () => (/* binding */ platformDigests),
/* harmony export */   platformImages: () => (/* binding */ platformImages)
/* harmony export */ });
/* harmony import */ var _oci_types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5208);

/**
 * The images of an index, or the one that the manifest is, with their platforms. Attestations are none.
 * @throws RegistryError where the image's configuration cannot be read
 */
async function platformImages(registry, repository, manifest) {
    const { mediaType, content, digest } = manifest;
    if ((0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .isIndex */ .nw)(mediaType)) {
        return (content.manifests ?? []).flatMap((child) => child.platform === undefined || (0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .isAttestation */ .H3)(child)
            ? []
            : [{ platform: child.platform, digest: child.digest }]);
    }
    if (content.config === undefined)
        return [];
    const platform = await configuredPlatform(registry, repository, content.config);
    return platform === null ? [] : [{ platform, digest }];
}
/** What an image's configuration says of its platform; null where it says nothing, as an artifact's does. */
async function configuredPlatform(registry, repository, config) {
    if (!/^application\/vnd\.(?:oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/.test(config.mediaType)) {
        return null;
    }
    const bytes = await registry.readBlob(repository, config);
    return (0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .platformIn */ .NO)(jsonIn(bytes));
}
function jsonIn(bytes) {
    try {
        return JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch {
        return null;
    }
}
/** `{"linux/amd64":"sha256:…"}` */
function platformDigests(images) {
    return Object.fromEntries(images.map(({ platform, digest }) => [(0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .platformName */ .$r)(platform), digest]));
}


/***/ })

};
