export const id = 983;
export const ids = [983,559];
export const modules = {

/***/ 8559:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   platformDigests: () => (/* binding */ platformDigests),
/* harmony export */   platformImages: () => (/* binding */ platformImages)
/* harmony export */ });
/* harmony import */ var _types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5434);

/**
 * The images of an index, or the one that the manifest is, with their platforms. Attestations are none.
 * @throws RegistryError where the image's configuration cannot be read
 */
async function platformImages(registry, repository, manifest) {
    const { mediaType, content, digest } = manifest;
    if ((0,_types_js__WEBPACK_IMPORTED_MODULE_0__/* .isIndex */ .nw)(mediaType)) {
        return (content.manifests ?? []).flatMap((child) => child.platform === undefined || (0,_types_js__WEBPACK_IMPORTED_MODULE_0__/* .isAttestation */ .H3)(child)
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
    return (0,_types_js__WEBPACK_IMPORTED_MODULE_0__/* .platformIn */ .NO)(jsonIn(bytes));
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
    return Object.fromEntries(images.map(({ platform, digest }) => [(0,_types_js__WEBPACK_IMPORTED_MODULE_0__/* .platformName */ .$r)(platform), digest]));
}


/***/ }),

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

/***/ 5983:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  merge: () => (/* binding */ merge),
  readMergeInputs: () => (/* binding */ readMergeInputs)
});

// EXTERNAL MODULE: ./lib/describe.js
var describe = __webpack_require__(4754);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(4940);
// EXTERNAL MODULE: ./lib/registry/errors.js
var registry_errors = __webpack_require__(228);
// EXTERNAL MODULE: ./lib/registry/explain.js
var explain = __webpack_require__(5244);
// EXTERNAL MODULE: ./lib/registry/platforms.js
var registry_platforms = __webpack_require__(8559);
// EXTERNAL MODULE: ./lib/registry/types.js
var types = __webpack_require__(5434);
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

// EXTERNAL MODULE: ./lib/together.js
var together = __webpack_require__(8717);
// EXTERNAL MODULE: ./lib/siblings/common.js
var siblings_common = __webpack_require__(7646);
;// CONCATENATED MODULE: ./lib/siblings/merge.js









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
            if (error instanceof registry_errors/* RegistryError */.gl && error.status === 404) {
                throw new errors/* ActionError */.lZ(`${uri} does not have ${digest}.`, 'give the digests that push-by-digest put out for this repository and registry, in this run; a lifecycle rule for untagged images may have deleted an older one.', { cause: error });
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
            throw new errors/* ActionError */.lZ(`${digest} is for no platform: its configuration does not say one.`, 'give the digests of images, as push-by-digest put them out.');
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
        throw new errors/* ActionError */.lZ(`More than one image is for the same platform: ${list}.`, "let every runner of the matrix build another platform (the input 'platforms', or the runner's own), and give each digest once.");
    }
    if (wanted.length === 0)
        return;
    const found = platformsOf(parts);
    const [have, want] = [found, wanted].map((names) => names.map(commonName));
    const missing = wanted.filter((name) => !have.includes(commonName(name)));
    const more = found.filter((name) => !want.includes(commonName(name)));
    if (missing.length + more.length === 0)
        return;
    throw new errors/* ActionError */.lZ(`The digests are for ${found.join(', ')}, and the input 'platforms' says ${wanted.join(', ')}: ${[
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


/***/ })

};
