export const id = 858;
export const ids = [858,244];
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

/***/ 5858:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  promote: () => (/* binding */ promote),
  readPromoteInputs: () => (/* binding */ readPromoteInputs)
});

// EXTERNAL MODULE: ./lib/delivery/destination.js + 1 modules
var destination = __webpack_require__(2546);
// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(178);
// EXTERNAL MODULE: ./lib/inputs/repository.js
var repository = __webpack_require__(3577);
// EXTERNAL MODULE: ./lib/metadata/describe.js
var describe = __webpack_require__(7372);
// EXTERNAL MODULE: ./lib/registry/explain.js
var explain = __webpack_require__(5244);
// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/shared/together.js
var together = __webpack_require__(6843);
// EXTERNAL MODULE: ./lib/actions/siblings/common.js
var siblings_common = __webpack_require__(4098);
;// CONCATENATED MODULE: ./lib/actions/siblings/source.js
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const IMAGE = /^([^@\s]+?)(?::([a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;
/** Reads `source`: a tag, a digest, `NAME:TAG`, or a whole image URI. */
function readSource(reader) {
    const value = reader.text('source');
    const nothing = { repository: null, tag: null, digest: null };
    if (value === '') {
        reader.problem('source', '', 'is required: a tag, a digest, or an image URI (HOST/NAME:TAG, HOST/NAME@sha256:…)');
        return nothing;
    }
    if (/^sha256:[0-9a-f]{64}$/.test(value))
        return { ...nothing, digest: value };
    if (TAG.test(value))
        return { ...nothing, tag: value };
    const [, repository = null, tag = null, digest = null] = IMAGE.exec(value) ?? [];
    if (repository !== null && (tag !== null || digest !== null))
        return { repository, tag, digest };
    reader.problem('source', value, 'must be a tag, a digest (sha256:…), or an image URI with one of them (HOST/NAME:TAG, HOST/NAME@sha256:…)');
    return nothing;
}

;// CONCATENATED MODULE: ./lib/actions/siblings/promote.js









/** @throws InputError with everything that is wrong */
function readPromoteInputs(given) {
    const reader = new inputs_reader/* Reader */.m(given);
    const source = readSource(reader);
    const destination = reader.text('repository');
    // Where only one of the two names a repository, it is the other one's too.
    const common = (0,siblings_common/* readCommon */.Cy)(destination === '' && source.repository !== null ? reader.as('repository', source.repository) : reader);
    const { repository } = common;
    const from = source.repository === null || destination === ''
        ? repository
        : sourceRepository(reader, source.repository, repository);
    const { tags } = common.metadata;
    const same = from.name === repository.name &&
        from.region === repository.region &&
        from.registryId === repository.registryId;
    if (same && tags.length === 0 && common.registries.length === 0) {
        reader.problem('tags', '', 'is required where neither repository nor registries names another place');
    }
    reader.finish();
    // A copy without tags of its own keeps the source's.
    const kept = tags.length > 0 || source.tag === null ? tags : [source.tag];
    return {
        ...common,
        metadata: { ...common.metadata, tags: kept },
        source: { repository: from, tag: source.tag, digest: source.digest },
    };
}
/** A name alone is in the registry that the copy goes to; a URI says its own account and region. */
function sourceRepository(reader, source, { registryId, region }) {
    const read = (0,repository/* readRepository */.Nu)(reader.as('repository', source, { 'aws-region': '', 'registry-id': '' }));
    return read.host === null ? { ...read, registryId, region } : read;
}
/**
 * Gives an image that is in ECR more tags, or copies it with all that belongs to it, digest unchanged, through the
 * registry's API alone.
 * @throws ActionError where there is no such image, a tag is taken, or a place could not get it
 */
async function promote(inputs, outer) {
    const started = outer.clock();
    let image = null;
    await (0,siblings_common/* withJson */.VX)(outer, () => image, async (world) => {
        const described = await describeTags(inputs, world);
        image = described;
        for (const warning of described.warnings)
            world.warn(warning);
        world.setOutputs({ version: described.version, pushed: 'false' });
        const { source, repository } = inputs;
        const within = sameRegistry(source.repository, repository);
        const ecr = world.connectEcr(inputs);
        const sourceEcr = within ? ecr : world.connectEcr({ repository: source.repository, role: inputs.role });
        const holder = sourceEcr.then((port) => (0,siblings_common/* openHolder */.TI)(port, source.repository, world));
        const first = within && source.repository.name === repository.name
            ? holder
            : ecr.then((port) => (0,destination/* prepared */.sb)(port, repository.name, (0,destination/* prepare */.iA)(port, (0,siblings_common/* asMain */.k5)(inputs), (0,siblings_common/* untagged */.GV)(described), world)));
        const finding = holder.then((place) => findImage(place, source, world));
        const [place, destinations, digest] = await (0,together/* together */.b)([
            holder,
            (0,siblings_common/* withOthers */.s0)(inputs, described, first, world),
            finding,
        ]);
        // Two ways to say the same place, one with the account's number: the registry's own URI tells.
        const here = destinations.find(({ uri }) => uri === place.uri) ?? place;
        world.log(`Promoting ${place.uri}@${digest}`);
        await (0,siblings_common/* finishSibling */.kX)({ digest, source: here, referrers: true }, destinations, described, inputs, world, started);
    });
}
/** Rules as in the main action, but none by default: nobody wants a release under the names of a commit. */
async function describeTags({ metadata }, world) {
    const described = await (0,describe/* describe */.q)(metadata, world.github);
    return metadata.tags.length === 0 ? (0,siblings_common/* untagged */.GV)({ ...described, warnings: [] }) : described;
}
const sameRegistry = (one, other) => one.region === other.region && one.registryId === other.registryId;
/** @returns the image's digest */
async function findImage({ ecr, name, uri, login }, { tag, digest }, world) {
    const missing = (what) => new errors/* ActionError */.lZ(`${uri} has no image ${what}.`, "correct 'source', or push the image first; a lifecycle rule may have deleted it.");
    if (digest !== null) {
        try {
            if ((await (await world.openRegistry(login)).head(name, digest)) === null)
                throw missing(digest);
        }
        catch (error) {
            throw (0,explain.explainRegistryError)(`Reading ${uri}@${digest}`, error);
        }
        return digest;
    }
    const held = (await ecr.findImages({ name }, [tag])).get(tag);
    if (held === undefined)
        throw missing(`under the tag ${tag}`);
    if (!held.active) {
        throw new errors/* ActionError */.lZ(`${uri}:${tag} (${held.digest}) is archived, and cannot be read.`, 'restore it in ECR first.');
    }
    return held.digest;
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


/***/ })

};
