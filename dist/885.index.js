export const id = 885;
export const ids = [885];
export const modules = {

/***/ 2448:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ expectAfter)
/* harmony export */ });
/** What follows the push is loaded only where it is asked for. */
async function expectAfter(ecr, repository, { after }, world) {
    if (repository === null || (after.failOnSeverity === null && !after.waitForReplication))
        return null;
    const { prepareAfter } = await __webpack_require__.e(/* import() */ 664).then(__webpack_require__.bind(__webpack_require__, 5664));
    return prepareAfter(after, ecr, repository, world);
}


/***/ }),

/***/ 5513:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  c: () => (/* binding */ deliver)
});

// EXTERNAL MODULE: ./lib/shared/errors.js
var shared_errors = __webpack_require__(2730);
;// CONCATENATED MODULE: ./lib/shared/fanout.js

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
    const unknown = failed.find(({ error }) => !(error instanceof shared_errors/* ActionError */.lZ));
    if (unknown !== undefined)
        return unknown.error;
    const errors = failed.map(({ error }) => error);
    const [first] = errors;
    if (first !== undefined && outcomes.length === 1)
        return first;
    const there = outcomes.filter((outcome) => outcome.ok).map(({ item }) => nameOf(item));
    const remedies = [...new Set(errors.map(({ remedy }) => remedy))].filter((remedy) => remedy !== '');
    return new shared_errors/* ActionError */.lZ([
        `${what} is in ${there.length} of ${outcomes.length} registries.`,
        ...there.map((name) => `There: ${name}`),
        ...failed.map(({ item, error }) => `Not there: ${nameOf(item)}: ${error.message}`),
    ].join('\n'), `${remedies.join('\n')}\nThen run the job again: what is there is not sent again. Where the repository is immutable, set if-image-exists: skip for that.`, { cause: first });
}

// EXTERNAL MODULE: ./lib/delivery/destination.js + 1 modules
var delivery_destination = __webpack_require__(2546);
;// CONCATENATED MODULE: ./lib/delivery/deliver.js



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
    return { registry: await world.openRegistry(destination.login), repository: (0,delivery_destination/* pathOf */.XM)(destination) };
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
            const held = await (await world.openRegistry(login)).head((0,delivery_destination/* pathOf */.XM)({ uri }), digest);
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
    return new shared_errors/* ActionError */.lZ(`After the push, ECR does not hold ${digest} under every tag of ${uri}: ${found}.`, 'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).');
}


/***/ }),

/***/ 5989:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ describeThere)
/* harmony export */ });
/* harmony import */ var _oci_content_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3760);

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
    return (0,_oci_content_js__WEBPACK_IMPORTED_MODULE_0__/* .contentOf */ .$)(manifest)?.config?.digest;
}


/***/ }),

/***/ 2546:
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

;// CONCATENATED MODULE: ./lib/ecr/tokens.js
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

// EXTERNAL MODULE: ./lib/inputs/registries.js
var registries = __webpack_require__(1498);
// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/shared/together.js
var together = __webpack_require__(6843);
// EXTERNAL MODULE: ./lib/delivery/ensure-repository.js
var ensure_repository = __webpack_require__(537);
;// CONCATENATED MODULE: ./lib/delivery/destination.js





/** The repository's name in its registry: public ones have the registry's alias before it. */
function pathOf({ uri }) {
    return uri.slice(uri.indexOf('/') + 1);
}
function prepare(ecr, inputs, wanted, teller) {
    const ensured = (0,ensure_repository/* ensureRepository */.z0)(ecr, inputs, wanted, teller);
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
        const own = (0,registries/* inputsFor */.p)(inputs, target);
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

/***/ 537:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dp: () => (/* binding */ withoutMoving),
/* harmony export */   Ej: () => (/* binding */ imageThere),
/* harmony export */   c2: () => (/* binding */ immutableTags),
/* harmony export */   z0: () => (/* binding */ ensureRepository)
/* harmony export */ });
/* harmony import */ var _ecr_mutability_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1912);
/* harmony import */ var _ecr_settings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7869);
/* harmony import */ var _metadata_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6265);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2730);
/* harmony import */ var _shared_together_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6843);





/**
 * Finds the repository, or creates it, and asks what the wanted tags name. What does not depend on each other is
 * asked at the same time.
 * @throws ActionError where it is absent and nobody may create it, where it cannot be brought to the settings, or
 * where a tag is taken
 */
async function ensureRepository(ecr, inputs, wanted, teller) {
    const { settings, updateRepository, ifImageExists } = inputs;
    const { name, alias } = inputs.repository;
    const [found, policies, early] = await (0,_shared_together_js__WEBPACK_IMPORTED_MODULE_3__/* .together */ .b)([
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
    const [repository, images] = await (0,_shared_together_js__WEBPACK_IMPORTED_MODULE_3__/* .together */ .b)([
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
    return (0,_metadata_index_js__WEBPACK_IMPORTED_MODULE_1__/* .withoutTags */ .Cb)(wanted, left);
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
    const [now, held] = await (0,_shared_together_js__WEBPACK_IMPORTED_MODULE_3__/* .together */ .b)([
        anySettings(compared) ? compare(ecr, repository, policies, inputs, teller) : repository,
        ecr.findImages(repository, asked),
    ]);
    refuseTakenTags(now, held, ifImageExists, image.tags);
    return { repository: now, created, image, images: held };
}
function absent(name) {
    return new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`There is no repository '${name}' in ECR, and create-repository is false.`, "set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.");
}
/** A repository is found by its name in the account's own public registry; the URI may mean another's. */
function checkAlias({ uri }, alias) {
    const own = uri.split('/').at(1);
    if (alias === null || own === alias)
        return;
    throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`The public registry of these credentials has the alias '${own}', and the input 'repository' says '${alias}'.`, `use credentials of the account that has the registry '${alias}', or correct 'repository' (${uri}).`);
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
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${repository.uri} has an image already under ${list}, and if-image-exists is fail.`, `${free} or set if-image-exists: skip to end well with the image that is there.`);
    }
    const skip = ifImageExists === 'skip'
        ? 'if-image-exists: skip needs every tag at one active image'
        : 'set if-image-exists: skip to end well where every tag is there at one image';
    throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${repository.uri} is immutable and has an image already under ${list}.`, `${free} let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION), or ${ifImageExists === 'skip' ? `reduce the tags: ${skip}` : skip}.`);
}


/***/ }),

/***/ 8904:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ reportDelivered),
/* harmony export */   x: () => (/* binding */ reportPlatforms)
/* harmony export */ });
/* harmony import */ var _report_outputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8568);
/* harmony import */ var _destination_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2546);


/** Sets outputs for what came where it should: they stay where another registry has failed. */
function reportDelivered({ outcomes }, world) {
    const [first] = outcomes;
    if (first === undefined || !first.ok)
        return null;
    const { digest } = first.value;
    const holders = outcomes.filter(({ ok }) => ok).map(({ item }) => item);
    const { name, tags } = first.item;
    const named = tags.length === 0 ? { 'image-name': `${name}@${digest}` } : {};
    world.setOutputs({ ...(0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_1__/* .imageOutputs */ .am)(holders, digest), ...named, pushed: 'true' });
    const uris = holders.flatMap((holder) => (0,_report_outputs_js__WEBPACK_IMPORTED_MODULE_1__/* .imageUris */ .BQ)(holder, digest));
    for (const uri of uris)
        world.log(`Pushed ${uri}`);
    world.log(`Digest ${first.item.uri}@${digest}`);
    return { held: first.value, uris };
}
/** The digests by platform are worth an output, and no failure: a role made for pushes may not read. */
async function reportPlatforms({ login, uri }, digest, world) {
    try {
        const registry = await world.openRegistry(login);
        const path = (0,_destination_js__WEBPACK_IMPORTED_MODULE_0__/* .pathOf */ .XM)({ uri });
        const { platformDigests, platformImages } = await __webpack_require__.e(/* import() */ 559).then(__webpack_require__.bind(__webpack_require__, 8559));
        const images = await platformImages(registry, path, await registry.manifest(path, digest));
        world.setOutputs({ 'platform-digests': JSON.stringify(platformDigests(images)) });
    }
    catch (error) {
        world.log(`The output platform-digests stays empty: ${error.message}`);
    }
}


/***/ }),

/***/ 1912:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ mutabilityInput),
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
/** In the terms of CreateRepository and PutImageTagMutability, which share them. */
function mutabilityInput({ mode, exclusions }) {
    return {
        imageTagMutability: mode,
        ...(exclusions.length === 0
            ? {}
            : {
                imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({
                    filterType: 'WILDCARD',
                    filter,
                })),
            }),
    };
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

/***/ 4868:
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

/***/ 9432:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ readMetadata)
/* harmony export */ });
/* harmony import */ var _metadata_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6265);

function readMetadata(reader) {
    const metadata = {
        tags: reader.lines('tags'),
        flavor: reader.lines('flavor'),
        labels: reader.list('labels', { commas: false }),
        annotations: reader.list('annotations', { commas: false }),
    };
    for (const { input, value, message } of (0,_metadata_index_js__WEBPACK_IMPORTED_MODULE_0__/* .findProblems */ .o6)(metadata))
        reader.problem(input, value, message);
    return metadata;
}


/***/ }),

/***/ 178:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ Reader)
/* harmony export */ });
/* harmony import */ var csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5175);
/* harmony import */ var _shared_boolean_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6369);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2730);



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
        const parsed = (0,_shared_boolean_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .y)(value);
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
            throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .InputError */ .dz(this.#problems);
    }
}


/***/ }),

/***/ 1498:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ readRegistries),
/* harmony export */   p: () => (/* binding */ inputsFor)
/* harmony export */ });
/* harmony import */ var _role_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3449);

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
    if (region === undefined || rest.length > 0 || (arn !== undefined && !(0,_role_js__WEBPACK_IMPORTED_MODULE_0__/* .isRoleArn */ .GW)(arn))) {
        reader.problem('registries', item, RULE);
        return null;
    }
    const own = arn === undefined ? role : { ...(role ?? (0,_role_js__WEBPACK_IMPORTED_MODULE_0__/* .roleFor */ .IJ)(arn, reader.source.env)), arn };
    return { region, registryId: account ?? repository.registryId, role: own };
}
/** The inputs for another registry: the same repository there. */
function inputsFor(inputs, { region, registryId, role }) {
    const repository = { ...inputs.repository, host: null, alias: null, region, registryId };
    return { ...inputs, repository, role };
}


/***/ }),

/***/ 9978:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  K: () => (/* binding */ readChoice),
  g: () => (/* binding */ readRepositorySettings)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/inputs/workspace.js
var workspace = __webpack_require__(1052);
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
        const file = (0,workspace/* insideOf */.k)(cwd, value);
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


/***/ }),

/***/ 3577:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nu: () => (/* binding */ readRepository)
/* harmony export */ });
/* unused harmony exports REPOSITORY_NAME, ACCOUNT_ID, REGION, REGISTRY_HOST, PUBLIC_URI, NAME_RULE, PUBLIC_REGION, readPublicRepository, checkRepositoryName, readMatching, agree */
/* harmony import */ var _repository_settings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9978);

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
function readRepository(reader) {
    const value = reader.text('repository');
    let registryId = readMatching(reader, 'registry-id', ACCOUNT_ID, 'an AWS account id is 12 digits');
    let region = readMatching(reader, 'aws-region', REGION, 'must be a region code, such as ap-northeast-2');
    const type = (0,_repository_settings_js__WEBPACK_IMPORTED_MODULE_0__/* .readChoice */ .K)(reader, 'registry-type', ['private', 'public']);
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


/***/ }),

/***/ 3449:
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

/***/ 1052:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ insideOf)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);


/**
 * A file of the workspace, as it is behind symbolic links.
 * @param given a path, relative to the workspace or absolute
 * @returns its real path; null where that is outside of the workspace
 * @throws the file system's error where there is no such file
 */
function insideOf(workspace, given) {
    const file = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(node_path__WEBPACK_IMPORTED_MODULE_1__.resolve(workspace, given));
    const relative = node_path__WEBPACK_IMPORTED_MODULE_1__.relative((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(workspace), file);
    return relative === '..' || relative.startsWith(`..${node_path__WEBPACK_IMPORTED_MODULE_1__.sep}`) || node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute(relative) ? null : file;
}


/***/ }),

/***/ 7372:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ describe)
/* harmony export */ });
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2730);
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6265);


/**
 * Tags, labels and annotations for this event.
 * @throws InputError with every rule that gives nothing valid for it
 */
async function describe(inputs, github) {
    try {
        return await (0,_index_js__WEBPACK_IMPORTED_MODULE_1__/* .describeImage */ .hu)(inputs, await github.event(), github.lookups);
    }
    catch (error) {
        throw error instanceof _index_js__WEBPACK_IMPORTED_MODULE_1__/* .MetadataError */ .wc ? new _shared_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .InputError */ .dz(error.problems) : error;
    }
}


/***/ }),

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

/***/ 6369:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ parseBoolean)
/* harmony export */ });
/** @returns null for anything but YAML's booleans */
function parseBoolean(value) {
    if (/^(?:true|True|TRUE)$/.test(value))
        return true;
    if (/^(?:false|False|FALSE)$/.test(value))
        return false;
    return null;
}


/***/ }),

/***/ 6843:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ together)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2730);

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
