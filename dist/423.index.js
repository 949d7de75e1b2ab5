export const id = 423;
export const ids = [423];
export const modules = {

/***/ 5423:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 10 modules
var core = __webpack_require__(8464);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./lib/docker/config.js
var docker_config = __webpack_require__(7643);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(2685);
// EXTERNAL MODULE: ./lib/docker/exec.js
var exec = __webpack_require__(4308);
;// CONCATENATED MODULE: ./lib/docker/engine.js


/**
 * Engine and plugins in one process.
 * @throws ActionError where there is no docker, or its engine does not answer
 */
async function inspectEngine(env) {
    let stdout;
    try {
        stdout = (await (0,exec/* execute */.g)('docker', ['info', '--format', '{{json .}}'], { env })).stdout;
    }
    catch (error) {
        if (!(error instanceof exec/* ProcessError */.y))
            throw error;
        if (error.missing) {
            throw new errors/* ActionError */.lZ('There is no docker on this runner.', 'install Docker on the self-hosted runner, or run the job on a GitHub-hosted Linux runner (runs-on: ubuntu-latest).', { cause: error });
        }
        // Newer clients exit with 1 and print what they know all the same; the reason is in it.
        throw engineUnreachable(reasonIn(error.stdout) ?? error.stderr.trim(), error);
    }
    const info = parseInfo(stdout);
    const reason = info.ServerErrors?.[0];
    if (reason !== undefined)
        throw engineUnreachable(reason);
    const buildx = info.ClientInfo?.Plugins?.find((plugin) => plugin.Name === 'buildx' && !plugin.Err);
    return {
        serverVersion: info.ServerVersion ?? '',
        buildxVersion: buildx === undefined ? null : (buildx.Version ?? '').replace(/^v/, ''),
        containerdStore: (info.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.')),
        classic: info.ClientInfo?.Version === undefined ? 'buildkit' : 'legacy',
    };
}
function engineUnreachable(reason, cause) {
    return new errors/* ActionError */.lZ(`Docker's engine does not answer: ${reason}`, "start it on the self-hosted runner (systemctl start docker), let the runner's user reach its socket (the group docker), or correct DOCKER_HOST.", { cause });
}
function reasonIn(stdout) {
    try {
        return parseInfo(stdout).ServerErrors?.[0] ?? null;
    }
    catch {
        return null;
    }
}
function parseInfo(stdout) {
    try {
        return JSON.parse(stdout);
    }
    catch (error) {
        throw new errors/* ActionError */.lZ(`'docker info' did not answer with JSON: ${stdout.slice(0, 200)}`, 'update Docker on the runner; 20.10 and later are known to work.', { cause: error });
    }
}

;// CONCATENATED MODULE: ./lib/docker/environment.js
/** What the runner gives to actions and no child process of ours has a use for. */
const NOT_FOR_CHILDREN = /^(?:INPUT_|STATE_|ACTIONS_ID_TOKEN_REQUEST_|GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$)/;
/**
 * The environment for docker: the job's own, without this action's inputs and without the files and tokens
 * through which a step speaks to the runner.
 */
function childEnvironment(env) {
    const result = {};
    for (const [name, value] of Object.entries(env)) {
        if (value !== undefined && !NOT_FOR_CHILDREN.test(name))
            result[name] = value;
    }
    return result;
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/docker/login.js





/**
 * Logs in with `docker login`, the password on standard input. The engine itself asks the registry, so that a
 * registry it cannot reach, does not trust or is refused by is known before anything is built. No credential
 * store is asked: a broken one does not matter, and none keeps the token.
 * @param folder the step's own configuration folder, whose config.json is replaced
 * @returns the login as docker stores it
 * @throws ActionError where the registry refuses or cannot be reached
 */
async function dockerLogin({ host, username, password }, folder, env) {
    await (0,docker_config/* writeConfig */.AU)(folder, (0,docker_config/* loginConfig */.me)(host));
    try {
        const args = ['login', '--username', username, '--password-stdin', host];
        await (0,exec/* execute */.g)('docker', args, { env, input: password });
    }
    catch (error) {
        if (!(error instanceof exec/* ProcessError */.y))
            throw error;
        throw explainLogin(host, error.stderr.trim() || error.message, error);
    }
    const written = JSON.parse(await (0,promises_.readFile)(external_node_path_.join(folder, 'config.json'), 'utf8'));
    return written.auths?.[host]?.auth ?? Buffer.from(`${username}:${password}`).toString('base64');
}
function explainLogin(host, said, cause) {
    const refused = /\b40[13]\b|unauthorized|denied|no basic auth/i.test(said);
    return new errors/* ActionError */.lZ(`docker cannot log in to ${host}: ${said}`, refused
        ? 'the registry refuses the token that ECR issued: check the VPC endpoint policy and the registry policy on the way.'
        : `check that the engine reaches ${host} (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr) and trusts its certificate.`, { cause });
}

;// CONCATENATED MODULE: ./lib/docker/index.js





/**
 * The docker command line of the runner, behind a configuration of the step's own.
 * @param env the job's environment
 * @param remember called before anything is on disk that `close` or the post step has to remove
 * @param annotate shows what people should see who do not read the log
 */
function openDocker(env, remember, annotate) {
    const userEnv = childEnvironment(env);
    let inspected = null;
    let own = null;
    let kept = null;
    let driver = 'docker';
    const session = () => {
        own ??= (0,docker_config/* makePrivateFolder */.I2)(env).then((made) => {
            remember({ folder: made.folder, kept: null });
            return { folder: made.folder, env: { ...userEnv, ...made.env } };
        });
        return own;
    };
    const details = () => {
        inspected ??= inspectEngine(userEnv);
        return inspected;
    };
    return {
        async inspect(build, options) {
            const engine = await details();
            const { checkBuild, lambdaWarning } = await __webpack_require__.e(/* import() */ 384).then(__webpack_require__.bind(__webpack_require__, 6384));
            driver = (await checkBuild(build, options, engine, userEnv)).driver;
            const warning = options.push ? lambdaWarning(build) : null;
            if (warning !== null)
                annotate(warning.kind, warning.message);
            return engine;
        },
        async login(login, options) {
            const [config, { folder, env: privateEnv }] = await Promise.all([(0,docker_config/* readUserConfig */.AV)(env), session()]);
            const auth = await dockerLogin(login, folder, privateEnv);
            await (0,docker_config/* writeConfig */.AU)(folder, (0,docker_config/* privateConfig */.up)(config, login.host, auth, env));
            if (!options.keep)
                return;
            kept = await (0,docker_config/* planKeptLogin */.zm)(env, login.host, folder);
            remember({ folder, kept });
            await (0,docker_config/* addKeptLogin */.vr)(kept, auth);
        },
        async build(engine, request) {
            // A build without a login needs no configuration of its own, only a place for its results.
            const { folder, env: privateEnv } = await session();
            const tools = { folder, env: request.push ? privateEnv : userEnv, workspace: process.cwd(), annotate };
            if (engine.buildxVersion === null) {
                const { buildWithoutBuildx } = await __webpack_require__.e(/* import() */ 217).then(__webpack_require__.bind(__webpack_require__, 8217));
                return buildWithoutBuildx(request, (await details()).classic, tools);
            }
            const { buildWithBuildx } = await __webpack_require__.e(/* import() */ 777).then(__webpack_require__.bind(__webpack_require__, 9777));
            // The engine's own builder puts into the engine what it pushes; told to load it as well, it does so twice at
            // once, and one of the two finds the image there already.
            const load = request.load && !(request.push && driver === 'docker');
            // Nor has it a push by digest: it writes the image into a folder.
            const layout = request.push && request.byDigest && driver === 'docker';
            return buildWithBuildx({ ...request, load }, engine.buildxVersion, layout, tools);
        },
        async close() {
            if (own === null)
                return;
            const { folder } = await own;
            if (kept === null)
                await (0,promises_.rm)(folder, { recursive: true, force: true });
            else
                await (0,promises_.rm)(`${folder}/config.json`, { force: true });
        },
    };
}

// EXTERNAL MODULE: ./lib/inputs.js + 5 modules
var inputs = __webpack_require__(7039);
// EXTERNAL MODULE: ./lib/describe.js
var describe = __webpack_require__(8531);
// EXTERNAL MODULE: ./lib/finish.js
var finish = __webpack_require__(1393);
// EXTERNAL MODULE: ./lib/prepare.js
var prepare = __webpack_require__(9279);
// EXTERNAL MODULE: ./lib/report/outputs.js
var report_outputs = __webpack_require__(5853);
// EXTERNAL MODULE: ./lib/already-there.js
var already_there = __webpack_require__(9115);
// EXTERNAL MODULE: ./lib/deliver.js + 1 modules
var deliver = __webpack_require__(8201);
// EXTERNAL MODULE: ./lib/repository.js
var repository = __webpack_require__(7042);
// EXTERNAL MODULE: ./lib/together.js
var together = __webpack_require__(3672);
;// CONCATENATED MODULE: ./lib/there.js







/**
 * The end of a run that has nothing to build: all outputs, from the image that is there. Registries that do not have
 * it yet get it.
 * @throws ActionError where one of them could not get it
 */
async function tellThere({ there, destinations }, inputs, world) {
    const [first] = destinations;
    const { digest } = there;
    const digestUri = `${first.uri}@${digest}`;
    const lacking = destinations.filter(({ images, tags }) => (0,repository/* imageThere */.Ej)(images, tags)?.digest !== digest);
    const [known, { outcomes, failure }] = await (0,together/* together */.b)([
        (0,already_there/* describeThere */.E)(first.ecr, first, there, (0,report_outputs/* imageUris */.BQ)(first, digest)),
        (0,deliver/* deliver */.c)({ digest, source: first }, lacking, world),
        (0,finish/* reportPlatforms */.x0)(first, digest, world),
    ]);
    const failed = outcomes.filter(({ ok }) => !ok).map(({ item }) => item);
    const holders = destinations.filter((destination) => !failed.includes(destination));
    world.setOutputs({
        registry: first.login.host,
        ...(0,report_outputs/* imageOutputs */.am)(holders, digest),
        ...(known.imageId === null ? {} : { imageid: known.imageId }),
        metadata: JSON.stringify(known.metadata),
        pushed: String(lacking.length > failed.length),
    });
    for (const holder of holders) {
        const when = lacking.includes(holder) ? 'is there now' : 'is there already';
        for (const uri of (0,report_outputs/* imageUris */.BQ)(holder, digest))
            world.log(`${uri} ${when}`);
    }
    if (failure !== null)
        throw failure;
    world.log(`Digest ${digestUri}; nothing was built (if-image-exists: skip)`);
    // A gate that held the image back in an earlier run holds it back in this one too.
    const after = await (0,prepare/* expectAfter */.Yg)(first.ecr, first.repository, inputs, world);
    return {
        outcome: 'there',
        uris: destinations.flatMap((destination) => (0,report_outputs/* imageUris */.BQ)(destination, digest)),
        digestUri,
        imageId: known.imageId,
        sizeInBytes: there.sizeInBytes,
        repositoryCreated: false,
        engine: null,
        seconds: 0,
        verdict: (await after?.verify(there)) ?? null,
    };
}

;// CONCATENATED MODULE: ./lib/main.js






/**
 * The main job: from checked inputs to an image in ECR, or to one in the engine where `push` is false.
 * Outputs are set as they become true.
 * @throws ActionError with what failed and what to do
 */
async function run(inputs, outer) {
    const started = outer.clock();
    const outputs = {};
    const world = {
        ...outer,
        setOutputs: (some) => {
            Object.assign(outputs, some);
            outer.setOutputs(some);
        },
    };
    const { name } = inputs.repository;
    const described = await (0,describe/* describe */.q)(inputs.metadata, world.github);
    // What is pushed by its digest has no tags, and all warnings are about them.
    let image = inputs.pushByDigest ? { ...described, tags: [], warnings: [] } : described;
    try {
        for (const warning of image.warnings)
            world.warn(warning);
        if (inputs.push && !inputs.pushByDigest && image.tags.length === 0)
            throw noTags();
        world.setOutputs({ ...(0,report_outputs/* metadataOutputs */._V)(name, image), pushed: 'false' });
        const ready = inputs.push
            ? await (0,prepare/* preparePush */._E)(inputs, image, world)
            : await (0,prepare/* prepareBuild */.yI)(inputs, image, world);
        image = ready.image;
        const result = 'there' in ready ? await tellThere(ready, inputs, world) : await build(ready, inputs, world);
        // What is asked of the Dockerfile makes no image to tell of.
        if (inputs.summary && inputs.build.call === null) {
            const { verdict, ...facts } = result;
            const total = (world.clock() - started) / 1000;
            const sections = verdict?.sections ?? [];
            await world.summarize({ ...facts, name, sections, seconds: { build: facts.seconds, total } });
        }
        if (result.verdict?.failure)
            throw result.verdict.failure;
    }
    finally {
        outer.setOutputs({ json: (0,report_outputs/* jsonOutput */.W3)(outputs, image) });
    }
}
function noTags() {
    const message = 'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha';
    return new errors/* InputError */.dz([{ input: 'tags', value: '', message }]);
}
async function build(ready, inputs, world) {
    const { engine, image, destinations } = ready;
    const [first] = destinations;
    const { name, host } = inputs.repository;
    const local = { uri: host === null ? name : `${host}/${name}`, tags: image.tags };
    const building = world.clock();
    const caches = await planCache(inputs, first ?? null, world);
    const built = await world.docker.build(engine, {
        ...inputs.build,
        ...caches,
        // docker/build-push-action has annotations only where it is given them; so do we.
        annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
        labels: (0,report_outputs/* labelLines */._e)(image.labels),
        // docker pushes one tag after the other, each as a push of its own: it gets one, and the rest costs a request each.
        references: first === undefined ? tagUris(local) : inputs.pushByDigest ? [first.uri] : tagUris(first).slice(0, 1),
        push: inputs.push,
        byDigest: inputs.pushByDigest,
    });
    const seconds = (world.clock() - building) / 1000;
    world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) });
    const common = { imageId: built.imageId, engine: describeEngine(engine), seconds };
    if (first === undefined) {
        const uris = tagUris(local);
        const { call } = inputs.build;
        world.log(call === null
            ? `Built ${uris.join(', ') || built.imageId}, not pushed (push: false)`
            : `Nothing was built: ${call} only asks the Dockerfile (call)`);
        const nothing = { digestUri: null, sizeInBytes: null, repositoryCreated: false, verdict: null };
        return { ...common, ...nothing, uris, outcome: 'built' };
    }
    const { held, uris, verdict } = await (0,finish/* finishPush */._B)(built, first, ready, inputs, world);
    return {
        ...common,
        outcome: 'pushed',
        uris,
        digestUri: `${first.uri}@${held.digest}`,
        sizeInBytes: held.sizeInBytes,
        repositoryCreated: first.created !== 'no',
        verdict,
    };
}
/** Turns a preset into caches in the repository that is now known. */
async function planCache({ build, repository: { name } }, target, world) {
    if (build.cache === null)
        return {};
    const { presetCache } = await __webpack_require__.e(/* import() */ 455).then(__webpack_require__.bind(__webpack_require__, 6455));
    // What ECR creates on the push takes moving tags, unless its template says otherwise.
    const unborn = target && { uri: target.uri, mutability: { mode: 'MUTABLE', exclusions: [] } };
    const { warnings, ...caches } = presetCache(build.cache, name, target?.repository ?? unborn);
    for (const warning of warnings)
        world.warn(warning);
    return caches;
}
const tagUris = ({ uri, tags }) => tags.map((tag) => `${uri}:${tag}`);
function describeEngine(engine) {
    const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`;
    return `Docker ${engine.serverVersion}, ${buildx}`;
}

// EXTERNAL MODULE: ./lib/runner.js + 1 modules
var runner = __webpack_require__(9108);
// EXTERNAL MODULE: ./lib/state.js
var state = __webpack_require__(3965);
;// CONCATENATED MODULE: ./lib/action.js







/** The main step: wires the real world, and has the one catch. */
async function main() {
    (0,state/* rememberForPost */.j)(null);
    const docker = openDocker(process.env, (onDisk) => (0,state/* rememberForPost */.j)(onDisk), runner/* annotate */.fz);
    try {
        await run((0,inputs/* readInputs */.Ko)((0,runner/* runnerInputs */.ax)()), { ...(0,runner/* runnerWorld */.dO)(), docker });
    }
    catch (error) {
        (0,runner/* failStep */.vy)(error);
    }
    finally {
        await docker.close().catch((error) => (0,core/* warning */.$e)((0,errors/* explain */.WE)(error)));
    }
}


/***/ }),

/***/ 7643:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AU: () => (/* binding */ writeConfig),
/* harmony export */   AV: () => (/* binding */ readUserConfig),
/* harmony export */   I2: () => (/* binding */ makePrivateFolder),
/* harmony export */   me: () => (/* binding */ loginConfig),
/* harmony export */   up: () => (/* binding */ privateConfig),
/* harmony export */   vr: () => (/* binding */ addKeptLogin),
/* harmony export */   yx: () => (/* binding */ removeKeptLogin),
/* harmony export */   zm: () => (/* binding */ planKeptLogin)
/* harmony export */ });
/* unused harmony exports userFolder, withLogin */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1455);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2685);






/** Where docker looks for the user's configuration. */
function userFolder(env) {
    return env['DOCKER_CONFIG'] || node_path__WEBPACK_IMPORTED_MODULE_4__.join(env['HOME'] || node_os__WEBPACK_IMPORTED_MODULE_3__.homedir(), '.docker');
}
/**
 * Makes the step's own Docker configuration folder under RUNNER_TEMP. It sees the user's settings, logins,
 * helpers, contexts, plugins and builders, and nothing that is written to it reaches the user's.
 * @returns the folder's path, and the environment that makes docker use it
 */
async function makePrivateFolder(env) {
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdtemp)(node_path__WEBPACK_IMPORTED_MODULE_4__.join(env['RUNNER_TEMP'] || node_os__WEBPACK_IMPORTED_MODULE_3__.tmpdir(), 'ecr-build-push-'));
    const user = node_path__WEBPACK_IMPORTED_MODULE_4__.resolve(userFolder(env));
    const contexts = node_path__WEBPACK_IMPORTED_MODULE_4__.join(user, 'contexts');
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(contexts))
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.symlink)(contexts, node_path__WEBPACK_IMPORTED_MODULE_4__.join(folder, 'contexts'), 'dir');
    const builders = env['BUILDX_CONFIG'] || node_path__WEBPACK_IMPORTED_MODULE_4__.join(user, 'buildx');
    return {
        folder,
        env: { DOCKER_CONFIG: folder, ...((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(builders) ? { BUILDX_CONFIG: builders } : {}) },
    };
}
/** Reads the user's configuration. @throws ActionError where it is not JSON */
async function readUserConfig(env) {
    const file = node_path__WEBPACK_IMPORTED_MODULE_4__.join(userFolder(env), 'config.json');
    return parseConfig(file, await readIfThere(file));
}
/** The user's configuration with this step's login in it, for the step's own folder. */
function withLogin(config, host, auth) {
    return {
        ...config,
        auths: { ...config.auths, [host]: { auth } },
        // An empty helper for the host makes docker read the file for it, whatever store or helper is configured.
        ...(needsNoHelper(config, host) ? { credHelpers: { ...config.credHelpers, [host]: '' } } : {}),
    };
}
/** As {@link withLogin}, and with the user's plugins, which docker would look for in the step's own folder. */
function privateConfig(config, host, auth, env) {
    const plugins = node_path__WEBPACK_IMPORTED_MODULE_4__.join(node_path__WEBPACK_IMPORTED_MODULE_4__.resolve(userFolder(env)), 'cli-plugins');
    return {
        ...withLogin(config, host, auth),
        ...((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(plugins) ? { cliPluginsExtraDirs: [...(config.cliPluginsExtraDirs ?? []), plugins] } : {}),
    };
}
/**
 * The configuration that `docker login` itself gets. Without any login or helper in its file, docker would pick
 * a store of the platform (a keychain, pass); an empty helper makes it write to the file.
 */
function loginConfig(host) {
    return { auths: {}, credHelpers: { [host]: '' } };
}
/** Writes a config.json that only its owner reads, whole or not at all. */
async function writeConfig(folder, config) {
    await replaceFile(node_path__WEBPACK_IMPORTED_MODULE_4__.join(folder, 'config.json'), serialise(config), 0o600);
}
/**
 * Prepares a login in the user's configuration: what post needs is on disk before anything is changed.
 * @param keepIn the step's own folder, which holds the copy until the post step
 */
async function planKeptLogin(env, host, keepIn) {
    const folder = node_path__WEBPACK_IMPORTED_MODULE_4__.resolve(userFolder(env));
    const file = node_path__WEBPACK_IMPORTED_MODULE_4__.join(folder, 'config.json');
    const before = await readIfThere(file);
    const backup = before === null ? null : node_path__WEBPACK_IMPORTED_MODULE_4__.join(keepIn, 'config.json.before');
    if (before !== null && backup !== null)
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.writeFile)(backup, before, { mode: 0o600 });
    return { file, host, backup, madeFolder: !(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(folder) };
}
/** Adds the login to the user's configuration. @throws ActionError where it cannot be written */
async function addKeptLogin(kept, auth) {
    const config = parseConfig(kept.file, await readIfThere(kept.file));
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdir)(node_path__WEBPACK_IMPORTED_MODULE_4__.dirname(kept.file), { recursive: true, mode: 0o700 });
        await replaceFile(kept.file, serialise(withLogin(config, kept.host, auth)), 0o600);
    }
    catch (error) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ(`keep-login cannot write Docker's configuration: ${error.message}`, `let the runner's user write ${kept.file}, or set DOCKER_CONFIG to a folder that it can write; without keep-login the file is left alone.`, { cause: error });
    }
}
/**
 * Takes the login out of the user's configuration again. Where nobody else has changed the file since, it
 * gets back the very bytes that it had; otherwise only what this step put in is taken out.
 */
async function removeKeptLogin(kept) {
    const now = await readIfThere(kept.file);
    if (now === null)
        return;
    const before = kept.backup === null ? null : await readIfThere(kept.backup);
    const was = parseConfig(kept.file, before);
    const config = parseConfig(kept.file, now);
    const auth = config.auths?.[kept.host]?.auth;
    if (auth !== undefined && serialise(withLogin(was, kept.host, auth)) === now.toString('utf8')) {
        if (before !== null)
            return replaceFile(kept.file, before, 0o600);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(kept.file);
        // Only an empty folder goes: somebody may have begun to use it.
        if (kept.madeFolder)
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rmdir)(node_path__WEBPACK_IMPORTED_MODULE_4__.dirname(kept.file)).catch(() => undefined);
        return;
    }
    putBack(config, was, 'auths', kept.host);
    putBack(config, was, 'credHelpers', kept.host);
    await replaceFile(kept.file, serialise(config), 0o600);
}
function putBack(config, was, key, host) {
    const section = { ...config[key] };
    const former = was[key]?.[host];
    if (former === undefined)
        delete section[host];
    else
        section[host] = former;
    if (Object.keys(section).length === 0 && was[key] === undefined)
        delete config[key];
    else
        Object.assign(config, { [key]: section });
}
function needsNoHelper(config, host) {
    return Boolean(config['credsStore']) || Boolean(config.credHelpers?.[host]);
}
function parseConfig(file, bytes) {
    if (bytes === null || bytes.length === 0)
        return {};
    try {
        const config = JSON.parse(bytes.toString('utf8'));
        if (typeof config === 'object' && config !== null && !Array.isArray(config))
            return config;
        throw new Error('not a JSON object');
    }
    catch (error) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ(`Docker's configuration ${file} is not valid: ${error.message}`, 'correct or remove it on the runner, or set DOCKER_CONFIG to a folder without one.', { cause: error });
    }
}
/** As docker writes it itself. */
function serialise(config) {
    return JSON.stringify(config, null, '\t');
}
async function readIfThere(file) {
    try {
        return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.readFile)(file);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return null;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ(`${file} cannot be read: ${error.message}`, "let the runner's user read it, or set DOCKER_CONFIG to another folder.", { cause: error });
    }
}
/** Another process reads the old content or the new, never half; a symbolic link and the mode stay. */
async function replaceFile(file, content, mode) {
    const target = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.realpath)(file).catch(() => file);
    const former = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.stat)(target).catch(() => null);
    const temporary = `${target}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(6).toString('hex')}`;
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.writeFile)(temporary, content, { mode, flag: 'wx' });
        if (former !== null)
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.chmod)(temporary, former.mode & 0o777);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rename)(temporary, target);
    }
    catch (error) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(temporary, { force: true });
        throw error;
    }
}


/***/ }),

/***/ 4308:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ execute),
/* harmony export */   y: () => (/* binding */ ProcessError)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _actions_exec__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7262);


/** A process that did not start, or did not end with 0. */
class ProcessError extends Error {
    name = 'ProcessError';
    /** Null where it did not start. */
    exitCode;
    stdout;
    stderr;
    constructor(message, exitCode, stdout = '', stderr = '', options) {
        super(message, options);
        this.exitCode = exitCode;
        this.stdout = stdout;
        this.stderr = stderr;
    }
    get missing() {
        return this.exitCode === null;
    }
}
/** More of the end of an output than any error needs, and less than a runaway build prints. */
const KEPT_CHARACTERS = 1 << 20;
/**
 * Runs a program, without a shell.
 * @param program a name on PATH, or an absolute path
 * @param args its arguments, each passed as it is
 * @returns the output, of which the end is kept where it is very long
 * @throws ProcessError where it cannot be started, or ends with another code than 0
 */
async function execute(program, args, options) {
    const stdout = new Tail();
    const stderr = new Tail();
    // What a build prints is not ours: it must not be taken for workflow commands.
    // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
    const resume = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)();
    const show = options.group !== undefined;
    if (show)
        process.stdout.write(`::group::${options.group}\n::stop-commands::${resume}\n`);
    let exitCode;
    try {
        exitCode = await _actions_exec__WEBPACK_IMPORTED_MODULE_1__/* .exec */ .m(quoted(program), [...args], {
            env: { ...options.env },
            silent: !show,
            ignoreReturnCode: true,
            listeners: { stdout: (data) => stdout.add(data), stderr: (data) => stderr.add(data) },
            ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
        });
    }
    catch (error) {
        throw new ProcessError(error.message, null, '', '', { cause: error });
    }
    finally {
        if (show)
            process.stdout.write(`\n::${resume}::\n::endgroup::\n`);
    }
    if (exitCode !== 0) {
        const message = `${program} ${args[0] ?? ''} ended with exit code ${exitCode}`;
        throw new ProcessError(message, exitCode, stdout.text(), stderr.text());
    }
    return { stdout: stdout.text(), stderr: stderr.text() };
}
/** @actions/exec parses its first argument as a command line. */
function quoted(program) {
    return /[\s"]/.test(program) ? `"${program.replaceAll('"', '\\"')}"` : program;
}
class Tail {
    #chunks = [];
    #length = 0;
    add(chunk) {
        this.#chunks.push(chunk);
        this.#length += chunk.length;
        while (this.#length - (this.#chunks[0]?.length ?? 0) > KEPT_CHARACTERS) {
            this.#length -= this.#chunks.shift()?.length ?? 0;
        }
    }
    text() {
        return Buffer.concat(this.#chunks).toString('utf8');
    }
}


/***/ })

};
