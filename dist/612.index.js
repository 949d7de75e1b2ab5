export const id = 612;
export const ids = [612];
export const modules = {

/***/ 7646:
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
/* harmony import */ var _after_inputs_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(4541);
/* harmony import */ var _already_there_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1656);
/* harmony import */ var _deliver_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5403);
/* harmony import */ var _destination_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4354);
/* harmony import */ var _ecr_settings_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7869);
/* harmony import */ var _ending_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8768);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(452);
/* harmony import */ var _finish_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5428);
/* harmony import */ var _inputs_identity_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9179);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4594);
/* harmony import */ var _prepare_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(728);
/* harmony import */ var _report_outputs_js__WEBPACK_IMPORTED_MODULE_14__ = __webpack_require__(8568);
/* harmony import */ var _repository_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(5411);
/* harmony import */ var _targets_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(4697);
/* harmony import */ var _together_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(8717);















/** The inputs that both have, read by the readers of the main action. */
function readCommon(reader) {
    const repository = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_8__/* .readRepository */ .Nu)(reader);
    const role = (0,_inputs_identity_js__WEBPACK_IMPORTED_MODULE_7__/* .readRole */ .fP)(reader);
    if (repository.registryType === 'public') {
        reader.problem('repository', reader.text('repository'), 'must be in a private registry');
    }
    return {
        repository,
        registries: (0,_targets_js__WEBPACK_IMPORTED_MODULE_11__/* .readRegistries */ .K)(reader, { repository, role }),
        createRepository: reader.boolean('create-repository', true),
        role,
        metadata: (0,_inputs_js__WEBPACK_IMPORTED_MODULE_8__/* .readMetadata */ ._6)(reader),
        after: (0,_after_inputs_js__WEBPACK_IMPORTED_MODULE_13__/* .readAfter */ .F)(reader, { push: true, registryType: repository.registryType }),
        summary: reader.boolean('summary', true),
    };
}
/** The inputs in the terms of the main action's preparation; tags are looked at when the digest is known. */
function asMain(inputs) {
    return { ...inputs, settings: _ecr_settings_js__WEBPACK_IMPORTED_MODULE_3__/* .NO_SETTINGS */ .A, updateRepository: false, ifImageExists: 'push' };
}
/** The image without tags: no tag of a repository is asked for before the digest is known. */
function untagged(image) {
    return { ...image, tags: [] };
}
/** @throws ActionError where there is no such repository; nobody creates one that must hold something already */
async function openHolder(ecr, { name }, world) {
    const finding = ecr.findRepository(name);
    const [repository, login] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)([finding, (0,_destination_js__WEBPACK_IMPORTED_MODULE_2__/* .loginOf */ .DQ)(ecr, () => finding, world)]);
    if (repository === null) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ(`There is no repository '${name}' in ECR, so that nothing can be in it.`, "correct 'source' or 'repository', 'aws-region' or 'registry-id'.");
    }
    return { ecr, name, uri: repository.uri, login, repository, created: 'no', tags: [], images: new Map() };
}
/** Every further registry, prepared; and no place twice. */
async function withOthers(inputs, image, first, world) {
    const others = (0,_destination_js__WEBPACK_IMPORTED_MODULE_2__/* .prepareOthers */ .$G)(asMain(inputs), untagged(image), world.connectEcr, world);
    const [destination, more] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)([first, others]);
    const { repository, created, uri, login } = destination;
    world.setOutputs({
        registry: login.host,
        ...(repository === null ? { 'repository-uri': uri } : (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_14__/* .repositoryOutputs */ .PP)(repository, created === 'yes')),
    });
    (0,_destination_js__WEBPACK_IMPORTED_MODULE_2__/* .refuseTwins */ .sv)([destination, ...more]);
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
    const destinations = await (0,_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)(wanted.map((place) => tagged(place, image, digest, world)));
    const [first] = destinations;
    const source = destinations[sourceAt] ?? origin.source;
    const [delivered, known] = await (0,_together_js__WEBPACK_IMPORTED_MODULE_12__/* .together */ .b)([
        (0,_deliver_js__WEBPACK_IMPORTED_MODULE_1__/* .deliver */ .c)({ ...origin, source }, destinations, world),
        (0,_already_there_js__WEBPACK_IMPORTED_MODULE_0__/* .describeThere */ .E)(source.ecr, source, { digest }, destinations.flatMap((place) => (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_14__/* .imageUris */ .BQ)(place, digest))),
        (0,_finish_js__WEBPACK_IMPORTED_MODULE_6__/* .reportPlatforms */ .x0)(source, digest, world),
    ]);
    const result = (0,_finish_js__WEBPACK_IMPORTED_MODULE_6__/* .reportDelivered */ .ho)(delivered, world);
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
    const after = await (0,_prepare_js__WEBPACK_IMPORTED_MODULE_9__/* .expectAfter */ .Yg)(first.ecr, repository, inputs, world);
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
    const { tags } = (0,_repository_js__WEBPACK_IMPORTED_MODULE_10__/* .withoutMoving */ .Dp)(repository, image, world);
    if (place.created !== 'no' || tags.length === 0)
        return { ...place, tags };
    const images = await place.ecr.findImages(repository, tags);
    const taken = (0,_repository_js__WEBPACK_IMPORTED_MODULE_10__/* .immutableTags */ .c2)(repository, tags).flatMap((tag) => {
        const held = images.get(tag)?.digest;
        return held === undefined || held === digest ? [] : [`${tag} (${held})`];
    });
    if (taken.length === 0)
        return { ...place, tags, images };
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ(`${repository.uri} is immutable and has another image than ${digest} under ${taken.join(', ')}.`, 'give other tags, delete that image, or let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).');
}
/** Runs an action whose outputs are also set as one JSON, as far as they came to be. */
async function withJson(outer, image, work) {
    const outputs = {};
    const setOutputs = (some) => {
        Object.assign(outputs, some);
        outer.setOutputs(some);
    };
    try {
        await _ending_js__WEBPACK_IMPORTED_MODULE_4__/* .ending */ .K1.before(work({ ...outer, setOutputs }));
    }
    finally {
        const { labels = {}, annotations = [] } = image() ?? {};
        outer.setOutputs({ json: (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_14__/* .jsonOutput */ .W3)(outputs, { labels, annotations }) });
    }
}


/***/ }),

/***/ 9612:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  promote: () => (/* binding */ promote),
  readPromoteInputs: () => (/* binding */ readPromoteInputs)
});

// EXTERNAL MODULE: ./lib/describe.js
var describe = __webpack_require__(4754);
// EXTERNAL MODULE: ./lib/destination.js + 1 modules
var destination = __webpack_require__(4354);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(4940);
// EXTERNAL MODULE: ./lib/inputs.js + 6 modules
var inputs = __webpack_require__(4594);
// EXTERNAL MODULE: ./lib/registry/explain.js
var explain = __webpack_require__(5244);
// EXTERNAL MODULE: ./lib/together.js
var together = __webpack_require__(8717);
// EXTERNAL MODULE: ./lib/siblings/common.js
var siblings_common = __webpack_require__(7646);
;// CONCATENATED MODULE: ./lib/siblings/source.js
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

;// CONCATENATED MODULE: ./lib/siblings/promote.js









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
    const read = (0,inputs/* readRepository */.Nu)(reader.as('repository', source, { 'aws-region': '', 'registry-id': '' }));
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


/***/ })

};
