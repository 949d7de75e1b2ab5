export const id = 753;
export const ids = [753,856];
export const modules = {

/***/ 4753:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 10 modules
var core = __webpack_require__(7264);
// EXTERNAL MODULE: ./lib/docker/exec.js
var exec = __webpack_require__(983);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/shared/ending.js
var ending = __webpack_require__(2134);
// EXTERNAL MODULE: ./lib/docker/config.js
var docker_config = __webpack_require__(5960);
// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
;// CONCATENATED MODULE: ./lib/docker/engine.js


/**
 * Engine and plugins in one process.
 * @throws ActionError where there is no docker, or its engine does not answer
 */
async function inspectEngine(env) {
    let stdout;
    try {
        stdout = (await (0,exec/* execute */.g7)('docker', ['info', '--format', '{{json .}}'], { env })).stdout;
    }
    catch (error) {
        if (!(error instanceof exec/* ProcessError */.yI))
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
/** @throws ActionError for what `docker info` does not print */
function parseInfo(stdout) {
    try {
        const info = JSON.parse(stdout);
        if (isInfo(info))
            return info;
        throw new Error('it has another form');
    }
    catch (error) {
        throw new errors/* ActionError */.lZ(`'docker info' did not answer with JSON: ${stdout.slice(0, 200)}`, 'update Docker on the runner; 20.10 and later are known to work.', { cause: error });
    }
}
function isInfo(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    const { ServerVersion, ServerErrors, DriverStatus, ClientInfo } = value;
    const text = (given) => given === undefined || typeof given === 'string';
    const list = (given, of) => (given ?? null) === null || (Array.isArray(given) && given.every(of));
    const { Version, Plugins } = (ClientInfo ?? {});
    return (text(ServerVersion) &&
        list(ServerErrors, text) &&
        list(DriverStatus, (pair) => Array.isArray(pair) && pair.every(text)) &&
        text(Version) &&
        list(Plugins, (plugin) => {
            const { Name, Version: own, Err } = (plugin ?? {});
            return plugin !== null && text(Name) && text(own) && text(Err);
        }));
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/shared/csv.js
var csv = __webpack_require__(9737);
;// CONCATENATED MODULE: ./lib/docker/environment.js





/** What the runner gives to actions and no child process of ours has a use for. */
const NOT_FOR_CHILDREN = /^(?:INPUT_|STATE_|ACTIONS_ID_TOKEN_REQUEST_|GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$)/;
/**
 * What logs somebody in as the job: to AWS, as its SDKs read it, and to GitHub.
 * https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */
const CREDENTIALS = /^(?:AWS_(?:ACCESS_KEY(?:_ID)?|SECRET_(?:ACCESS_)?KEY|SESSION_TOKEN|SECURITY_TOKEN|CONTAINER_AUTHORIZATION_TOKEN|CONTAINER_CREDENTIALS_(?:FULL|RELATIVE)_URI|BEARER_TOKEN_\w+)|GITHUB_TOKEN|GH_TOKEN)$/;
/** What buildx reads for a cache of type=gha: https://github.com/docker/buildx/blob/v0.29.1/build/opt.go */
const GITHUB_CACHE = /^ACTIONS_(?:RUNTIME_TOKEN|RUNTIME_URL|CACHE_URL|RESULTS_URL)$/;
/**
 * Who gets which secret of the job. Everybody gets the job's environment without this action's inputs, without the
 * files and tokens through which a step speaks to the runner, and without what follows:
 *
 * | variables | who gets them |
 * | --- | --- |
 * | credentials for AWS and GitHub | whoever asks a credential helper or store, an engine over ssh (whose proxy command may be AWS's), or a builder elsewhere (`kubernetes`, `remote`: kubeconfig has such commands); a build with a cache of type=s3 |
 * | access to GitHub's cache | a build with a cache of type=gha |
 * | what `secret-envs` names | the build, where it is buildx that reads them |
 * | any of these that `secret-envs` or a build argument without a value names | the build |
 *
 * @param env the job's environment
 * @param secrets of the build
 */
async function environmentsOf(env, secrets) {
    const hidden = new Set(secrets.flatMap((secret) => (secret.from === 'env' ? [secret.name] : [])));
    // What is wrong with the file is said where it is needed.
    const config = await (0,docker_config/* readUserConfig */.AV)(env).catch(() => ({}));
    const asksHelper = Boolean(config.credsStore) || Object.values(config.credHelpers ?? {}).some(Boolean);
    const context = env['DOCKER_CONTEXT'] || config.currentContext;
    const overSsh = isSsh(env['DOCKER_HOST'] || (context && (await endpointOf(context, env))));
    const make = (uses) => childEnvironment(env, hidden, {
        githubCache: false,
        names: [],
        ...uses,
        credentials: overSsh || uses.credentials === true,
    });
    return {
        engine: make({}),
        builder: async (name) => make({ credentials: await isElsewhere(name, env) }),
        push: make({ credentials: asksHelper }),
        async build({ builder, cacheFrom, cacheTo, buildArgs }, buildx) {
            const caches = [...cacheFrom, ...cacheTo].map((cache) => (0,csv/* attribute */.lt)((0,csv/* splitCsv */.F8)(cache), 'type'));
            return make({
                credentials: asksHelper || caches.includes('s3') || (buildx && (await isElsewhere(builder, env))),
                githubCache: caches.includes('gha'),
                names: [...(buildx ? hidden : []), ...buildArgs.filter((arg) => !arg.includes('='))],
            });
        },
    };
}
/** @param hidden variables that are secrets of the build */
function childEnvironment(env, hidden, { credentials, githubCache, names }) {
    const result = {};
    for (const [name, value] of Object.entries(env)) {
        if (value === undefined || NOT_FOR_CHILDREN.test(name))
            continue;
        const withheld = hidden.has(name) ||
            (!credentials && CREDENTIALS.test(name)) ||
            (!githubCache && GITHUB_CACHE.test(name));
        if (!withheld || names.includes(name))
            result[name] = value;
    }
    return result;
}
/** Of an engine that a context names. https://docs.docker.com/engine/manage-resources/contexts/ */
async function endpointOf(context, env) {
    const id = (0,external_node_crypto_.createHash)('sha256').update(context).digest('hex');
    const meta = await readJson(external_node_path_.join((0,docker_config/* userFolder */.Ys)(env), 'contexts', 'meta', id, 'meta.json'));
    return meta?.Endpoints?.docker?.Host;
}
/**
 * Whether a builder that may be used is reached by other ways than the engine is: the named one, or those that the
 * user has chosen. https://github.com/docker/buildx/blob/v0.29.1/store/store.go
 */
async function isElsewhere(name, env) {
    const folder = env['BUILDX_CONFIG'] || external_node_path_.join((0,docker_config/* userFolder */.Ys)(env), 'buildx');
    const chosen = name ?? env['BUILDX_BUILDER'];
    const names = chosen ? [chosen] : await chosenBuilders(folder);
    for (const one of names) {
        const instance = await readJson(external_node_path_.join(folder, 'instances', one));
        if (instance !== null && !/^docker(?:-container)?$/.test(instance.Driver ?? ''))
            return true;
        // A node's endpoint, and a builder that is no instance, may be a context.
        for (const endpoint of instance?.Nodes?.map((node) => node.Endpoint ?? '') ?? [one]) {
            if (isSsh(endpoint) || isSsh(await endpointOf(endpoint, env)))
                return true;
        }
    }
    return false;
}
async function chosenBuilders(folder) {
    const current = await readJson(external_node_path_.join(folder, 'current'));
    const defaults = external_node_path_.join(folder, 'defaults');
    const files = await (0,promises_.readdir)(defaults).catch(() => []);
    const named = await Promise.all(files.map((file) => (0,promises_.readFile)(external_node_path_.join(defaults, file), 'utf8').catch(() => '')));
    return [current?.Name ?? '', ...named].filter((one) => one !== '');
}
async function readJson(file) {
    try {
        return JSON.parse(await (0,promises_.readFile)(file, 'utf8'));
    }
    catch {
        return null;
    }
}
function isSsh(endpoint) {
    return endpoint?.startsWith('ssh://') ?? false;
}

// EXTERNAL MODULE: ./lib/docker/again.js
var again = __webpack_require__(2784);
;// CONCATENATED MODULE: ./lib/docker/login.js






/**
 * Logs in with `docker login`, the password on standard input. The engine itself asks the registry, so that a
 * registry it cannot reach, does not trust or is refused by is known before anything is built. No credential
 * store is asked: a broken one does not matter, and none keeps the token.
 * @param folder the step's own configuration folder, whose config.json is replaced
 * @returns the login as docker stores it
 * @throws ActionError where the registry refuses or cannot be reached
 */
async function dockerLogin({ host, username, password }, folder, env, log) {
    await (0,docker_config/* writeConfig */.AU)(folder, (0,docker_config/* loginConfig */.me)(host));
    const args = ['login', '--username', username, '--password-stdin', '--', host];
    const said = (error) => error.stderr.trim() || error.message;
    await (0,again/* again */.T)(() => (0,exec/* execute */.g7)('docker', args, { env, input: password }), (error) => ({ what: `docker login to ${host}`, phase: 'pull', said: said(error) }), (error, attempts) => explainLogin(host, said(error), attempts, error), { log, renewal: null });
    const written = JSON.parse(await (0,promises_.readFile)(external_node_path_.join(folder, 'config.json'), 'utf8'));
    return written.auths?.[host]?.auth ?? Buffer.from(`${username}:${password}`).toString('base64');
}
function explainLogin(host, said, attempts, cause) {
    if (/no space left on device/i.test(said)) {
        return new errors/* ActionError */.lZ(`docker cannot log in to ${host}, as the disk of its configuration is full: ${said}`, 'free space on the disk of RUNNER_TEMP.', { cause });
    }
    const refused = /\b40[13]\b|unauthorized|denied|no basic auth/i.test(said);
    return new errors/* ActionError */.lZ(`docker cannot log in to ${host}${attempts > 1 ? `, in ${attempts} attempts` : ''}: ${said}`, refused
        ? 'the registry refuses the token that ECR issued: check the VPC endpoint policy and the registry policy on the way.'
        : `check that the engine reaches ${host} (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr) and trusts its certificate.`, { cause });
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./lib/docker/files.js
var files = __webpack_require__(2851);
;// CONCATENATED MODULE: ./lib/docker/session.js






/**
 * Makes the step's own Docker configuration folder under RUNNER_TEMP. It sees the user's settings, logins,
 * helpers, contexts, plugins and builders, and nothing that is written to it reaches the user's.
 * @throws ActionError where RUNNER_TEMP cannot be written, or is full
 */
async function openSession(env) {
    const temp = env['RUNNER_TEMP'] || external_node_os_.tmpdir();
    return (0,files/* writingUnder */.hp)(temp, async () => {
        const folder = await (0,promises_.mkdtemp)(external_node_path_.join(temp, 'ecr-build-push-'));
        const user = external_node_path_.resolve((0,docker_config/* userFolder */.Ys)(env));
        const contexts = external_node_path_.join(user, 'contexts');
        if ((0,external_node_fs_.existsSync)(contexts))
            await (0,promises_.symlink)(contexts, external_node_path_.join(folder, 'contexts'), 'dir');
        const builders = {
            BUILDX_CONFIG: await openBuilders(env['BUILDX_CONFIG'] || external_node_path_.join(user, 'buildx'), folder),
        };
        return { folder, user: builders, own: { DOCKER_CONFIG: folder, ...builders } };
    });
}
/**
 * The user's builders, which buildx does not use without writing to their folder: when a builder was used last, and
 * what was built. Where it cannot (a read-only home, what root has left behind), or there are none, it gets a folder
 * of the step's own, with a copy of them.
 * https://github.com/docker/buildx/blob/v0.29.1/store/store.go, localstate/localstate.go
 */
async function openBuilders(users, folder) {
    if (!(0,external_node_fs_.existsSync)(users))
        return external_node_path_.join(folder, 'buildx');
    if (await isWritable(users))
        return users;
    const copy = external_node_path_.join(folder, 'buildx');
    const notes = ['activity', 'refs', '.lock'].map((name) => external_node_path_.join(users, name));
    await (0,promises_.cp)(users, copy, { recursive: true, filter: (source) => !notes.includes(source) });
    return copy;
}
async function isWritable(folder) {
    const parts = ['', 'activity', 'refs', 'instances', 'defaults', '.lock'];
    const tried = parts.map((part) => (0,promises_.access)(external_node_path_.join(folder, part), external_node_fs_.constants.W_OK).then(() => true, (error) => error.code === 'ENOENT'));
    return (await Promise.all(tried)).every(Boolean);
}

;// CONCATENATED MODULE: ./lib/docker/index.js








/** Longer than any write takes, and not so long as to delay the end of a step. */
const WRITE_MS = 1000;
/**
 * The docker command line of the runner, behind a configuration of the step's own.
 * @param env the job's environment
 * @param remember called before anything is on disk that `close` or the post step has to remove
 * @param annotate shows what people should see who do not read the log
 */
function openDocker(env, remember, annotate) {
    let inspected = null;
    let opened = null;
    let environments = null;
    let kept = null;
    /** Writes that are under way: a file of the user's is not left half done, nor its lock taken. */
    let writing = Promise.resolve();
    let driver = 'docker';
    const session = () => {
        ending/* ending */.K1.refuse();
        opened ??= openSession(env).then((made) => {
            remember({ folder: made.folder, kept: null });
            return made;
        });
        return opened;
    };
    // One step has one build, and so one set of secrets.
    const environmentsFor = (secrets) => {
        environments ??= environmentsOf(env, secrets);
        return environments;
    };
    const details = ({ engine }) => {
        inspected ??= inspectEngine(engine);
        return inspected;
    };
    return {
        async inspect(build, options) {
            const envs = await environmentsFor(build.secrets);
            const engine = await details(envs);
            const { checkBuild, lambdaWarning } = await __webpack_require__.e(/* import() */ 900).then(__webpack_require__.bind(__webpack_require__, 7900));
            const builderEnv = async () => ({ ...(await envs.builder(build.builder)), ...(await session()).user });
            driver = (await checkBuild(build, options, engine, builderEnv)).driver;
            const warning = options.push ? lambdaWarning(build) : null;
            if (warning !== null)
                annotate(warning.kind, warning.message);
            return engine;
        },
        async login(login, { keep, secrets, log }) {
            const [config, { folder, own }, { engine }] = await Promise.all([
                (0,docker_config/* readUserConfig */.AV)(env),
                session(),
                environmentsFor(secrets),
            ]);
            const auth = await dockerLogin(login, folder, { ...engine, ...own }, log);
            const write = async () => {
                await (0,docker_config/* writeConfig */.AU)(folder, (0,docker_config/* privateConfig */.up)(config, login.host, auth, env));
                if (!keep)
                    return;
                const { addKeptLogin, nameKeptLogin } = await __webpack_require__.e(/* import() */ 513).then(__webpack_require__.bind(__webpack_require__, 2894));
                if (kept === null) {
                    kept = await nameKeptLogin(env, login.host);
                    remember({ folder, kept });
                }
                await addKeptLogin(kept, auth);
            };
            writing = write();
            await writing;
        },
        async build(engine, request, help) {
            const [{ folder, own, user }, envs] = await Promise.all([session(), environmentsFor(request.secrets)]);
            // A build without a login needs no configuration of its own, only a place for its results.
            const places = request.push ? own : user;
            const buildx = engine.buildxVersion;
            const buildEnv = { ...(await envs.build(request, buildx !== null)), ...places };
            const tools = { ...help, folder, env: buildEnv, workspace: process.cwd(), annotate };
            if (buildx === null) {
                const { buildWithoutBuildx } = await __webpack_require__.e(/* import() */ 452).then(__webpack_require__.bind(__webpack_require__, 5452));
                return buildWithoutBuildx(request, (await details(envs)).classic, {
                    ...tools,
                    variables: env,
                    engineEnv: { ...envs.engine, ...places },
                    pushEnv: { ...envs.push, ...places },
                });
            }
            const { buildWithBuildx } = await __webpack_require__.e(/* import() */ 806).then(__webpack_require__.bind(__webpack_require__, 9806));
            // The engine's own builder puts into the engine what it pushes; told to load it as well, it does so twice at
            // once, and one of the two finds the image there already.
            const load = request.load && !(request.push && driver === 'docker');
            // Nor has it a push by digest: it writes the image into a folder.
            const layout = request.push && request.byDigest && driver === 'docker';
            return buildWithBuildx({ ...request, load }, buildx, layout, tools);
        },
        async close() {
            // One that could not be made has said so already.
            const made = await opened?.catch(() => null);
            if (!made)
                return;
            await Promise.race([writing.catch(() => undefined), (0,external_node_timers_promises_.setTimeout)(WRITE_MS, undefined, { ref: false })]);
            // What was dropped may still be writing: a folder that has just got a file is emptied again.
            await (0,promises_.rm)(made.folder, { recursive: true, force: true, maxRetries: 5 });
        },
    };
}

// EXTERNAL MODULE: ./lib/docker/exporters.js
var exporters = __webpack_require__(8118);
// EXTERNAL MODULE: ./lib/inputs/after-push.js
var after_push = __webpack_require__(4868);
// EXTERNAL MODULE: ./lib/docker/context.js
var docker_context = __webpack_require__(423);
// EXTERNAL MODULE: ./lib/shared/boolean.js
var shared_boolean = __webpack_require__(6369);
;// CONCATENATED MODULE: ./lib/inputs/github.js

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
        return JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8'));
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

;// CONCATENATED MODULE: ./lib/inputs/attestations.js



/**
 * The inputs `provenance`, `sbom` and `attests`, as the values of `--attest`. The first two take precedence over
 * an attestation of their type in `attests`. Without any of them there is no attestation, so that one platform
 * makes a plain image.
 */
function readAttestations(reader) {
    const builder = readGitHubRun(reader.source.env).attemptUrl;
    const provenance = readShorthand(reader, 'provenance', 'mode=max');
    const sbom = readShorthand(reader, 'sbom', 'generator=image');
    const result = [];
    if (provenance !== null) {
        const on = provenance.length === 1 && provenance[0] === 'disabled=false';
        // Where `true` says no more than that, the run that is named says it.
        const fields = withBuilder(on && builder !== null ? [] : provenance, builder);
        result.push((0,csv/* joinCsv */.hd)(['type=provenance', ...fields]));
    }
    if (sbom !== null)
        result.push((0,csv/* joinCsv */.hd)(['type=sbom', ...sbom]));
    for (const item of reader.list('attests', { commas: 'no' })) {
        const fields = readFields(reader, 'attests', item);
        const type = (0,csv/* attribute */.lt)(fields, 'type');
        if (!type)
            reader.problem('attests', item, 'must be type=…, such as type=sbom,generator=image');
        else if (type === 'provenance' && provenance === null)
            result.push((0,csv/* joinCsv */.hd)(withBuilder(fields, builder)));
        else if (type === 'sbom' && sbom !== null)
            continue;
        else if (type !== 'provenance')
            result.push((0,csv/* joinCsv */.hd)(fields));
    }
    return result;
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
        return (0,csv/* splitCsv */.F8)(value).map((field) => {
            const on = (0,shared_boolean/* parseBoolean */.y)(field);
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
    const off = (0,shared_boolean/* parseBoolean */.y)((0,csv/* attribute */.lt)(fields, 'disabled') ?? 'false') === true;
    if (builder === null || off || (0,csv/* attribute */.lt)(fields, 'builder-id') !== undefined)
        return fields;
    return [...fields, `builder-id=${builder}`];
}

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
    const { ref, baseBranch } = readGitHubRun(env);
    const names = [nameOf(ref), baseBranch, readDefaultBranch(env)];
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

;// CONCATENATED MODULE: ./lib/inputs/context.js




const TEMPLATE = /\{\{([^{}]*)\}\}/g;
/** The inputs `context` and `file`. */
function readContext(reader) {
    const given = reader.text('context');
    const rendered = renderDefaultContext(reader, 'context', given);
    if ((0,docker_context/* isRemote */.V)(rendered)) {
        const file = reader.text('file');
        if (file === '-')
            reader.problem('file', file, "is standard input, which a step has none of; give the Dockerfile's path");
        return { context: rendered, file: file || null };
    }
    return readFolder(reader, rendered === '' ? '.' : rendered);
}
function readFolder(reader, given) {
    const { cwd } = reader.source;
    const context = external_node_path_.resolve(cwd, given);
    const kind = kindOf(context);
    if (kind !== 'folder') {
        const why = kind === 'missing' ? 'does not exist' : 'is not a folder';
        const hint = kind === 'missing' ? ' (is there an actions/checkout step before this one?)' : '';
        reader.problem('context', given, `${why}; must be a folder, relative to ${cwd}${hint}`);
    }
    const givenFile = reader.text('file');
    // Docker fetches a Dockerfile from elsewhere itself.
    if ((0,docker_context/* isRemote */.V)(givenFile))
        return { context, file: givenFile };
    const file = givenFile === '' ? external_node_path_.join(context, 'Dockerfile') : external_node_path_.resolve(cwd, givenFile);
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
        else if (!(0,docker_context/* isRemote */.V)(value) && !/^[a-z-]+:/.test(value)) {
            const folder = external_node_path_.resolve(reader.source.cwd, value);
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
    const { serverUrl, repository, sha, ref } = readGitHubRun(env);
    // As docker/build-push-action: the commit that would be merged, unless the head of the pull request is asked for.
    const wantsHead = /^refs\/pull\/\d+\/merge$/.test(ref) && env['DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF'];
    const head = wantsHead && /^(?:1|t|T|true|TRUE|True)$/.test(wantsHead);
    const given = head ? readPullRequestHead(env) : null;
    // What is no commit could name a folder too (`#COMMIT:FOLDER`), or another option of the URL.
    const named = given !== null && /^[0-9a-f]{40,64}$/i.test(given) ? given : ref.replace(/merge$/, 'head');
    const commit = head ? named : sha || ref;
    return repository === '' || commit === '' ? null : `${serverUrl}/${repository}.git#${commit}`;
}
function kindOf(file) {
    try {
        const stat = (0,external_node_fs_.statSync)(file);
        return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'other';
    }
    catch {
        return 'missing';
    }
}

;// CONCATENATED MODULE: ./lib/inputs/exporters.js

const TYPES = ['local', 'tar', 'oci', 'docker', 'image', 'registry', 'cacheonly'];
const RULE = `must be a folder, or type=TYPE,… with one of the types ${TYPES.join(', ')}`;
/** The input `outputs`, each as it was given, quotes and all: docker reads it as CSV. */
function readOutputs(reader, push) {
    const items = reader.list('outputs', { commas: 'raw' });
    for (const item of items) {
        const exporter = (0,exporters/* parseExporter */.j)(item);
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

// EXTERNAL MODULE: ./node_modules/csv-parse/lib/sync.js + 9 modules
var sync = __webpack_require__(5175);
// EXTERNAL MODULE: ./lib/inputs/workspace.js
var workspace = __webpack_require__(1052);
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
        if (kindOf(file) !== 'file') {
            reader.problem('secret-files', item, `there is no file ${file}; a path is relative to the workspace`);
            return [];
        }
        // What is checked out may be anybody's: a link in it must not choose a file of the runner for the build.
        const real = external_node_path_.isAbsolute(given) ? file : (0,workspace/* insideOf */.k)(cwd, given);
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
    const own = defaultContext(reader.source.env);
    if (token === '' || remoteContext === null || own === null)
        return null;
    if (repositoryOf(remoteContext) !== repositoryOf(own))
        return null;
    const { host } = new URL(readGitHubRun(reader.source.env).serverUrl);
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
    const { context, file } = readContext(reader);
    const target = reader.matching('target', /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, "must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')");
    const platforms = readPlatforms(reader);
    return {
        context,
        file,
        target,
        platforms,
        buildArgs: reader.matchingList('build-args', 'no', /^[a-zA-Z_][a-zA-Z0-9_]*(?:=|$)/, 'must be KEY=value, or KEY for the value in the environment'),
        buildContexts: readBuildContexts(reader),
        secrets: readSecrets(reader, (0,docker_context/* isRemote */.V)(context) ? context : null),
        ssh: reader.matchingList('ssh', 'unquoted', /^[A-Za-z0-9_.-]+(?:=.+)?$/, "must be 'default', or ID=SOCKET or ID=KEYFILE"),
        ...readCaches(reader),
        cache: readCache(reader, { platforms, target }),
        noCache: reader.boolean('no-cache', false),
        noCacheFilters: reader.matchingList('no-cache-filters', 'yes', /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'must be names of stages of the Dockerfile'),
        pull: reader.boolean('pull', false),
        addHosts: reader.matchingList('add-hosts', 'yes', /^[^\s:=]+[:=]\S+$/, 'must be host:ip, such as docker:10.180.0.1'),
        allow: reader.matchingList('allow', 'yes', /^[a-z]+(?:\.[a-z]+)*(?:=.*)?$/, 'must be an entitlement, such as network.host or security.insecure'),
        attests: readAttestations(reader),
        builder: reader.matching('builder', /^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/, 'must be the name of a builder'),
        call: readCall(reader),
        cgroupParent: reader.matching('cgroup-parent', /^\S+$/, 'must be the name of a control group'),
        network: reader.matching('network', /^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/, 'must be default, host or none'),
        outputs: readOutputs(reader, push),
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

// EXTERNAL MODULE: ./lib/inputs/metadata.js
var inputs_metadata = __webpack_require__(9432);
// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(178);
// EXTERNAL MODULE: ./lib/inputs/registries.js
var registries = __webpack_require__(1498);
// EXTERNAL MODULE: ./lib/inputs/repository.js
var inputs_repository = __webpack_require__(3577);
// EXTERNAL MODULE: ./lib/inputs/repository-settings.js + 1 modules
var repository_settings = __webpack_require__(9978);
// EXTERNAL MODULE: ./lib/inputs/role.js
var inputs_role = __webpack_require__(3449);
;// CONCATENATED MODULE: ./lib/inputs/index.js









/**
 * Reads and checks every input.
 * @returns the inputs, with defaults filled in and paths made absolute
 * @throws InputError with everything that is wrong, before anything has been called
 */
function readInputs(source) {
    const reader = new inputs_reader/* Reader */.m(source);
    const repository = (0,inputs_repository/* readRepository */.Nu)(reader);
    const metadata = (0,inputs_metadata/* readMetadata */._)(reader);
    const wanted = reader.boolean('push', true);
    const build = readBuild(reader, wanted);
    // What is asked of the Dockerfile makes no image.
    const push = wanted && build.call === null;
    const role = (0,inputs_role/* readRole */.fP)(reader);
    const inputs = {
        repository,
        registries: (0,registries/* readRegistries */.K)(reader, { repository, role }),
        createRepository: reader.boolean('create-repository', true),
        settings: (0,repository_settings/* readRepositorySettings */.g)(reader, repository.registryType),
        updateRepository: reader.boolean('update-repository', false),
        role,
        ifImageExists: (0,repository_settings/* readChoice */.K)(reader, 'if-image-exists', ['push', 'skip', 'fail']) ?? 'push',
        metadata,
        build,
        push,
        pushByDigest: readPushByDigest(reader),
        keepLogin: reader.boolean('keep-login', false),
        after: (0,after_push/* readAfter */.F)(reader, { push, registryType: repository.registryType }),
        summary: reader.boolean('summary', true),
    };
    if (inputs.keepLogin && !inputs.push) {
        reader.problem('keep-login', 'true', 'needs push: true; without a push nobody logs in');
    }
    reader.finish();
    return inputs;
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

// EXTERNAL MODULE: ./lib/runner/runner.js + 1 modules
var runner = __webpack_require__(7847);
// EXTERNAL MODULE: ./lib/runner/state.js
var state = __webpack_require__(5223);
// EXTERNAL MODULE: ./lib/runner/step.js
var step = __webpack_require__(1894);
// EXTERNAL MODULE: ./lib/metadata/describe.js
var describe = __webpack_require__(7372);
// EXTERNAL MODULE: ./lib/report/outputs.js
var report_outputs = __webpack_require__(8568);
// EXTERNAL MODULE: ./lib/after-push/expect.js
var expect = __webpack_require__(2448);
// EXTERNAL MODULE: ./lib/delivery/deliver.js + 1 modules
var deliver = __webpack_require__(5513);
// EXTERNAL MODULE: ./lib/delivery/destination.js + 1 modules
var delivery_destination = __webpack_require__(2546);
// EXTERNAL MODULE: ./lib/delivery/report.js
var report = __webpack_require__(8904);
// EXTERNAL MODULE: ./lib/oci/types.js
var types = __webpack_require__(5208);
// EXTERNAL MODULE: ./lib/shared/together.js
var together = __webpack_require__(6843);
;// CONCATENATED MODULE: ./lib/actions/build-push/finish.js








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
    const [pushed] = await (0,together/* together */.b)([
        (0,deliver/* deliver */.c)({ digest, source: first, pushed: pushedTags }, destinations, world),
        built.platform
            ? world.setOutputs({ 'platform-digests': JSON.stringify({ [(0,types/* platformName */.$r)(built.platform)]: digest }) })
            : (0,report/* reportPlatforms */.x)(first, digest, world),
    ]);
    const result = (0,report/* reportDelivered */.h)(pushed, world);
    if (pushed.failure !== null || result === null)
        throw pushed.failure;
    return { ...result, verdict: await verify(first, after, result.held, inputs, world) };
}
/** Pushes what docker left in a folder, because its builder knows no push by digest. */
async function pushLayout(folder, digest, { uri, login, created }, world) {
    const [registry, { Layout }, { copyImage }, { explainRegistryError }] = await Promise.all([
        world.openRegistry(login),
        __webpack_require__.e(/* import() */ 273).then(__webpack_require__.bind(__webpack_require__, 9273)),
        __webpack_require__.e(/* import() */ 859).then(__webpack_require__.bind(__webpack_require__, 1240)),
        __webpack_require__.e(/* import() */ 244).then(__webpack_require__.bind(__webpack_require__, 5244)),
    ]);
    try {
        const source = { registry: new Layout(folder), repository: '' };
        await copyImage(source, { registry, repository: (0,delivery_destination/* pathOf */.XM)({ uri }) }, digest, {
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
    throw new errors/* ActionError */.lZ(`After the push, ${uri} has no image under ${tag}.`, 'run the job again.');
}
/** What follows the push; for a repository that ECR created on it, also what only ECR knew until now. */
async function verify({ ecr, name, created }, after, held, inputs, world) {
    if (created !== 'on push')
        return (await after?.verify(held)) ?? null;
    const repository = await ecr.findRepository(name);
    if (repository === null)
        return null;
    world.setOutputs((0,report_outputs/* repositoryOutputs */.PP)(repository, true));
    world.log(`ECR created the repository ${repository.uri} on the push`);
    try {
        const known = await (0,expect/* expectAfter */.Y)(ecr, repository, inputs, world);
        return (await known?.verify(held)) ?? null;
    }
    catch (failure) {
        // Known so late, it fails the step after the summary, as all that comes after a push.
        return { sections: [], failure };
    }
}

;// CONCATENATED MODULE: ./lib/actions/build-push/build.js


async function build(ready, inputs, world) {
    const { engine, image, destinations } = ready;
    const [first] = destinations;
    const { name, host } = inputs.repository;
    const local = { uri: host === null ? name : `${host}/${name}`, tags: image.tags };
    const building = world.clock();
    const caches = await planCache(inputs, first ?? null, world);
    const request = {
        ...inputs.build,
        ...caches,
        // docker/build-push-action has annotations only where it is given them; so do we.
        annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
        labels: (0,report_outputs/* labelLines */._e)(image.labels),
        // docker pushes one tag after the other, each as a push of its own: it gets one, and the rest costs a request each.
        references: first === undefined ? tagUris(local) : inputs.pushByDigest ? [first.uri] : tagUris(first).slice(0, 1),
        push: inputs.push,
        byDigest: inputs.pushByDigest,
    };
    const built = await world.docker.build(engine, request, {
        log: world.log,
        renewal: first === undefined ? null : renewalOf(first, inputs, world),
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
    const { held, uris, verdict } = await finishPush(built, first, ready, inputs, world);
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
/** Docker's login, kept up with the token: a build may take longer than it lives. */
function renewalOf({ login: { tokens } }, { keepLogin: keep, build: { secrets } }, world) {
    let used = tokens.login;
    const follow = async () => {
        if (tokens.login.password === used.password)
            return false;
        used = tokens.login;
        await world.docker.login(used, { keep, secrets, log: world.log });
        return true;
    };
    return {
        async refresh() {
            await tokens.current();
            await follow();
        },
        async renew() {
            // docker's own words do not tell an expired token from a missing permission; the registry's do, and on that
            // the token is renewed.
            await (await world.openRegistry(used)).warm(1);
            return follow();
        },
    };
}
/** Turns a preset into caches in the repository that is now known. */
async function planCache({ build, repository: { name } }, target, world) {
    if (build.cache === null)
        return {};
    const { presetCache } = await __webpack_require__.e(/* import() */ 354).then(__webpack_require__.bind(__webpack_require__, 5354));
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

// EXTERNAL MODULE: ./lib/delivery/ensure-repository.js
var ensure_repository = __webpack_require__(537);
;// CONCATENATED MODULE: ./lib/actions/build-push/prepare.js





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
    const preparing = (0,delivery_destination/* prepare */.iA)(ecr, inputs, wanted, world);
    const first = (0,delivery_destination/* prepared */.sb)(ecr, name, preparing);
    const ensured = preparing.ensured.then((found) => {
        const { repository, created, image } = found;
        if (repository !== null)
            world.setOutputs((0,report_outputs/* repositoryOutputs */.PP)(repository, created));
        if (image !== wanted)
            world.setOutputs((0,report_outputs/* metadataOutputs */._V)(name, image));
        return found;
    });
    const others = (0,delivery_destination/* prepareOthers */.$G)(inputs, wanted, world.connectEcr, world);
    if (inputs.ifImageExists === 'skip') {
        const [destination, more, { image }] = await (0,together/* together */.b)([first, others, ensured]);
        const there = (0,ensure_repository/* imageThere */.Ej)(destination.images, destination.tags);
        if (there !== null)
            return { there, image, destinations: [destination, ...more] };
    }
    const [engine, destination, more, { image }, after] = await (0,together/* together */.b)([
        inspect(inputs, world),
        first,
        others,
        ensured,
        ensured.then(({ repository }) => (0,expect/* expectAfter */.Y)(ecr, repository, inputs, world)),
        warm(first, inputs.registries.length > 0 ? 4 : 2, world),
        others.then((known) => (0,together/* together */.b)(known.map((other) => warm(other, 4, world)))),
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
    (0,delivery_destination/* refuseTwins */.sv)(destinations);
    return { engine, image, destinations, after };
}
/** Connections for what follows the push, opened while docker is asked and logs in. */
async function warm(destination, connections, world) {
    const { login } = await destination;
    await (await world.openRegistry(login)).warm(connections);
}

// EXTERNAL MODULE: ./lib/delivery/describe-existing.js
var describe_existing = __webpack_require__(5989);
;// CONCATENATED MODULE: ./lib/actions/build-push/skip.js







/**
 * The end of a run that has nothing to build: all outputs, from the image that is there. Registries that do not have
 * it yet get it.
 * @throws ActionError where one of them could not get it
 */
async function tellThere({ there, destinations }, inputs, world) {
    const [first] = destinations;
    const { digest } = there;
    const digestUri = `${first.uri}@${digest}`;
    const lacking = destinations.filter(({ images, tags }) => (0,ensure_repository/* imageThere */.Ej)(images, tags)?.digest !== digest);
    const [known, { outcomes, failure }] = await (0,together/* together */.b)([
        (0,describe_existing/* describeThere */.E)(first.ecr, first, there, (0,report_outputs/* imageUris */.BQ)(first, digest)),
        (0,deliver/* deliver */.c)({ digest, source: first }, lacking, world),
        (0,report/* reportPlatforms */.x)(first, digest, world),
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
    const after = await (0,expect/* expectAfter */.Y)(first.ecr, first.repository, inputs, world);
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

;// CONCATENATED MODULE: ./lib/actions/build-push/run.js







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
    const work = async () => {
        for (const warning of image.warnings)
            world.warn(warning);
        if (inputs.push && !inputs.pushByDigest && image.tags.length === 0)
            throw noTags();
        world.setOutputs({ ...(0,report_outputs/* metadataOutputs */._V)(name, image), pushed: 'false' });
        const ready = inputs.push
            ? await preparePush(inputs, image, world)
            : await prepareBuild(inputs, image, world);
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
    };
    try {
        await ending/* ending */.K1.before(work());
    }
    finally {
        outer.setOutputs({ json: (0,report_outputs/* jsonOutput */.W3)(outputs, image) });
    }
}
function noTags() {
    const message = 'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha';
    return new errors/* InputError */.dz([{ input: 'tags', value: '', message }]);
}

;// CONCATENATED MODULE: ./lib/actions/build-push/main.js









/** The main step: wires the real world. */
async function main() {
    let onDisk = null;
    const remember = (running) => (0,state/* rememberForPost */.j)({ onDisk, running });
    const docker = openDocker(process.env, (now) => {
        onDisk = now;
        remember(exec/* MARK_OF_STEP */.bw);
    }, runner/* annotate */.fz);
    await (0,step/* runStep */.e)(async () => {
        remember(exec/* MARK_OF_STEP */.bw);
        await run(readInputs((0,runner/* runnerInputs */.ax)()), { ...(0,runner/* runnerWorld */.dO)(), docker });
    }, exec/* endChildren */.PH, async () => {
        try {
            await docker.close();
            remember(null);
        }
        catch (error) {
            (0,core/* warning */.$e)((0,errors/* explain */.WE)(error));
        }
    });
}


/***/ }),

/***/ 2784:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ again)
/* harmony export */ });
/* harmony import */ var _shared_retry_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7763);
/* harmony import */ var _exec_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(983);
/* harmony import */ var _passing_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7059);



/**
 * Engines have a patience of their own, which comes on top for each attempt: BuildKit 7 s after 5xx and breaks, and
 * none after 429; dockerd 50 s for a layer, and none for a manifest.
 */
const PATIENCE = { attempts: 4, firstMs: 2000, longestMs: 30_000, sleep: _shared_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .sleep */ .yy };
/**
 * Runs a program of docker's that speaks to a registry, and once more where it failed of what can pass. A token that
 * the registry calls expired is renewed, once.
 * @param run its argument says whether an attempt before has built everything
 * @param look what a failure is about; null where it is about no registry
 * @param explain makes the error of the last failure
 */
async function again(run, look, explain, { log, renewal }) {
    let built = false;
    let renewed = false;
    let attempts = 1;
    const troubleOf = (error) => (error instanceof _exec_js__WEBPACK_IMPORTED_MODULE_0__/* .ProcessError */ .yI ? look(error) : null);
    const withNewToken = async () => {
        try {
            return await run(built);
        }
        catch (error) {
            const trouble = troubleOf(error);
            if (renewed || renewal === null || trouble?.phase !== 'push' || !(0,_passing_js__WEBPACK_IMPORTED_MODULE_2__/* .mayBeExpired */ .mw)(trouble.said))
                throw error;
            renewed = true;
            if (!(await renewal.renew()))
                throw error;
            log(`${trouble.what} failed (the registry token has expired); again with a new one, ${NOTHING_BUILT}`);
            built = true;
            return run(built);
        }
    };
    try {
        return await (0,_shared_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .retrying */ .R$)(PATIENCE, withNewToken, (error) => {
            const trouble = troubleOf(error);
            const reason = trouble === null ? null : (0,_passing_js__WEBPACK_IMPORTED_MODULE_2__/* .passingReason */ .gv)(trouble.said);
            if (trouble === null || reason === null)
                return null;
            built ||= trouble.phase === 'push';
            return { reason, afterMs: null, trouble };
        }, (retry) => {
            attempts = retry.attempt;
            const { what, phase } = retry.trouble;
            log(`${(0,_shared_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .describeRetry */ .eV)(what, retry)}${phase === 'push' ? `, ${NOTHING_BUILT}` : ''}`);
        });
    }
    catch (error) {
        if (error instanceof _exec_js__WEBPACK_IMPORTED_MODULE_0__/* .ProcessError */ .yI)
            throw await explain(error, attempts);
        throw error;
    }
}
const NOTHING_BUILT = 'nothing is built again';


/***/ }),

/***/ 5960:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AU: () => (/* binding */ writeConfig),
/* harmony export */   AV: () => (/* binding */ readUserConfig),
/* harmony export */   E6: () => (/* binding */ withLogin),
/* harmony export */   GY: () => (/* binding */ serialise),
/* harmony export */   Ys: () => (/* binding */ userFolder),
/* harmony export */   me: () => (/* binding */ loginConfig),
/* harmony export */   o4: () => (/* binding */ parseConfig),
/* harmony export */   oD: () => (/* binding */ readWhole),
/* harmony export */   up: () => (/* binding */ privateConfig)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8500);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2730);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2851);






/** Where docker looks for the user's configuration. */
function userFolder(env) {
    return env['DOCKER_CONFIG'] || node_path__WEBPACK_IMPORTED_MODULE_2__.join(env['HOME'] || node_os__WEBPACK_IMPORTED_MODULE_1__.homedir(), '.docker');
}
/** Reads the user's configuration. @throws ActionError where it is not JSON */
async function readUserConfig(env) {
    const file = node_path__WEBPACK_IMPORTED_MODULE_2__.join(userFolder(env), 'config.json');
    return parseConfig(file, await readWhole(file));
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
    const plugins = node_path__WEBPACK_IMPORTED_MODULE_2__.join(node_path__WEBPACK_IMPORTED_MODULE_2__.resolve(userFolder(env)), 'cli-plugins');
    return {
        ...withLogin(config, host, auth),
        ...((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(plugins) ? { cliPluginsExtraDirs: [...(config.cliPluginsExtraDirs ?? []), plugins] } : {}),
    };
}
/**
 * The configuration that `docker login` itself gets. Without any login or helper in its file, docker would pick
 * a store of the platform (a keychain, pass); an empty helper makes it write to the file.
 */
function loginConfig(host) {
    return { auths: {}, credHelpers: { [host]: '' } };
}
/** Writes a config.json that only its owner reads, whole or not at all. @throws ActionError where it cannot */
async function writeConfig(folder, config) {
    await (0,_files_js__WEBPACK_IMPORTED_MODULE_5__/* .writingUnder */ .hp)(folder, () => (0,_files_js__WEBPACK_IMPORTED_MODULE_5__/* .replaceFile */ .fR)(node_path__WEBPACK_IMPORTED_MODULE_2__.join(folder, 'config.json'), serialise(config), 0o600));
}
/** Whether somebody else than the file answers for the host. */
function needsNoHelper(config, host) {
    return Boolean(config.credsStore) || Boolean(config.credHelpers?.[host]);
}
/** @throws ActionError where it is not a JSON object; no file, and an empty one, are an empty configuration */
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
        // The parser quotes what it has read, and a login may be part of that.
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ActionError */ .lZ(`Docker's configuration ${file} is not valid: it is not a JSON object`, 'correct or remove it on the runner, or set DOCKER_CONFIG to a folder without one.', { cause: error instanceof SyntaxError ? undefined : error });
    }
}
/** As docker writes it itself. */
function serialise(config) {
    return JSON.stringify(config, null, '\t');
}
/** Other tools write the file in place: what cannot be read is read again, for a second. */
const PAUSES_MS = [25, 75, 200, 300, 400];
/** @returns what can be parsed, where it can within a second; else what there is */
async function readWhole(file) {
    let bytes = await (0,_files_js__WEBPACK_IMPORTED_MODULE_5__/* .readIfThere */ .qC)(file);
    for (const pause of PAUSES_MS) {
        if (isWhole(bytes))
            break;
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_3__.setTimeout)(pause);
        bytes = await (0,_files_js__WEBPACK_IMPORTED_MODULE_5__/* .readIfThere */ .qC)(file);
        // Somebody's file may be empty for good; a writer's is for a moment.
        if (bytes?.length === 0 && pause > 50)
            break;
    }
    return bytes;
}
function isWhole(bytes) {
    if (bytes === null)
        return true;
    try {
        JSON.parse(bytes.toString('utf8'));
        return true;
    }
    catch {
        return false;
    }
}


/***/ }),

/***/ 423:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ isRemote)
/* harmony export */ });
/**
 * Whether docker fetches it instead of reading it from the disk.
 * https://docs.docker.com/build/concepts/context/#remote-context
 */
function isRemote(value) {
    return /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|[\w.-]+@[\w.-]+:)/.test(value);
}


/***/ }),

/***/ 983:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PH: () => (/* binding */ endChildren),
/* harmony export */   bw: () => (/* binding */ MARK_OF_STEP),
/* harmony export */   g7: () => (/* binding */ execute),
/* harmony export */   yI: () => (/* binding */ ProcessError)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_diagnostics_channel__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3053);
/* harmony import */ var _actions_exec__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1260);
/* harmony import */ var _shared_ending_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2134);
/* harmony import */ var _shared_log_line_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6866);
/* harmony import */ var _shared_processes_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6856);






/** What the environment of every process of this step has: its children and theirs are found by it. */
const MARK_OF_STEP = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)();
/** Those that this process itself has started and that have not ended. */
const children = new Set();
/** Calls that have not come back. */
let running = 0;
/** Settles where a process cannot be ended: nobody waits for it any more. */
const abandoned = Promise.withResolvers();
abandoned.promise.catch(() => undefined);
// The toolkit does not hand out the processes that it starts; Node does. They have neither a number nor pipes yet.
// https://nodejs.org/api/diagnostics_channel.html#event-child_process
(0,node_diagnostics_channel__WEBPACK_IMPORTED_MODULE_1__.subscribe)('child_process', (message) => {
    const { process: child } = message;
    children.add(child);
    child.once('exit', () => children.delete(child));
    child.once('error', () => children.delete(child));
    // A process that ends before it has read its input is told of by its exit code.
    child.once('spawn', () => child.stdin?.on('error', () => undefined));
});
/**
 * Ends every process of this step, and whatever these have started. The signal goes to all of them: before Docker
 * 25, docker leaves it to a terminal to tell its plugins. Elsewhere than on Linux, only the children are known.
 * @param signal what they are told before they are killed
 */
async function endChildren(signal) {
    const alive = () => {
        const own = [...children].flatMap(({ pid }) => pid ?? []);
        return [...new Set([...own, ...(0,_shared_processes_js__WEBPACK_IMPORTED_MODULE_4__.markedProcesses)(MARK_OF_STEP)])];
    };
    if (!(await (0,_shared_processes_js__WEBPACK_IMPORTED_MODULE_4__.endProcesses)(alive, signal, () => running > 0))) {
        abandoned.reject(new Error('a process did not end'));
        // Lets each call end its group in the log.
        await new Promise((resolve) => setImmediate(resolve));
    }
}
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
 * @throws what the step ends for, where it is told to end before the program has ended
 */
async function execute(program, args, options) {
    _shared_ending_js__WEBPACK_IMPORTED_MODULE_3__/* .ending */ .K1.refuse();
    const stdout = new Tail();
    const stderr = new Tail();
    // What a build prints is not ours: it must not be taken for workflow commands.
    // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
    const resume = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)();
    const show = options.group !== undefined;
    if (options.group !== undefined) {
        process.stdout.write(`::group::${(0,_shared_log_line_js__WEBPACK_IMPORTED_MODULE_5__/* .commandValue */ .p)(options.group)}\n::stop-commands::${resume}\n`);
    }
    let exitCode;
    running += 1;
    try {
        const ended = _actions_exec__WEBPACK_IMPORTED_MODULE_2__/* .exec */ .m(quoted(program), [...args], {
            env: { ...options.env, [_shared_processes_js__WEBPACK_IMPORTED_MODULE_4__/* .MARK */ .M]: MARK_OF_STEP },
            silent: !show,
            ignoreReturnCode: true,
            listeners: { stdout: (data) => stdout.add(data), stderr: (data) => stderr.add(data) },
            ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
        });
        exitCode = await Promise.race([ended, abandoned.promise]);
        // How a program ends that was told to is no news of it, and nothing is to follow.
        _shared_ending_js__WEBPACK_IMPORTED_MODULE_3__/* .ending */ .K1.refuse();
    }
    catch (error) {
        _shared_ending_js__WEBPACK_IMPORTED_MODULE_3__/* .ending */ .K1.refuse();
        throw new ProcessError(error.message, null, '', '', { cause: error });
    }
    finally {
        running -= 1;
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


/***/ }),

/***/ 8118:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ parseExporter)
/* harmony export */ });
/* harmony import */ var _shared_boolean_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6369);
/* harmony import */ var _shared_csv_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9737);


/**
 * https://docs.docker.com/reference/cli/docker/buildx/build/#output
 * @returns null where it is not one
 */
function parseExporter(output) {
    let fields;
    try {
        fields = (0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .splitCsv */ .F8)(output);
    }
    catch {
        return null;
    }
    const [first = ''] = fields;
    if (fields.length === 1 && !first.startsWith('type=')) {
        return { type: first === '-' ? 'tar' : 'local', destination: first, pushes: false };
    }
    const type = (0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'type') ?? '';
    const pushes = type === 'registry' || (type === 'image' && (0,_shared_boolean_js__WEBPACK_IMPORTED_MODULE_1__/* .parseBoolean */ .y)((0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'push') ?? '') === true);
    return { type, destination: (0,_shared_csv_js__WEBPACK_IMPORTED_MODULE_0__/* .attribute */ .lt)(fields, 'dest') ?? null, pushes };
}


/***/ }),

/***/ 2851:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b$: () => (/* binding */ isDiskFull),
/* harmony export */   er: () => (/* binding */ sameBytes),
/* harmony export */   fR: () => (/* binding */ replaceFile),
/* harmony export */   hp: () => (/* binding */ writingUnder),
/* harmony export */   n1: () => (/* binding */ followLinks),
/* harmony export */   qC: () => (/* binding */ readIfThere),
/* harmony export */   r: () => (/* binding */ isErrno)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6760);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2730);





/** @returns null where there is no such file @throws ActionError where it cannot be read */
async function readIfThere(file) {
    try {
        return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.readFile)(file);
    }
    catch (error) {
        if (isErrno(error, 'ENOENT'))
            return null;
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ActionError */ .lZ(`${file} cannot be read: ${error.message}`, "let the runner's user read it, or set DOCKER_CONFIG to another folder.", { cause: error });
    }
}
/**
 * Another process reads the old content or the new, never half, and a full disk leaves the old. A symbolic link
 * stays, and so does the owner, which root would change otherwise.
 * @param expected what the file holds; where it does not any more, nothing is written
 * @returns whether it was written
 */
async function replaceFile(file, content, mode, expected) {
    const target = await followLinks(file);
    const former = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.stat)(target).catch(() => null);
    const temporary = `${target}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(6).toString('hex')}`;
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.writeFile)(temporary, content, { mode, flag: 'wx' });
        // The umask takes from the mode of a new file.
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.chmod)(temporary, mode);
        if (former !== null && former.uid !== process.getuid?.()) {
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.chown)(temporary, former.uid, former.gid).catch(() => undefined);
        }
        if (expected === undefined)
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rename)(temporary, target);
        else if (!swap(temporary, target, expected))
            return false;
        return true;
    }
    catch (error) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(temporary, { force: true }).catch(() => undefined);
        throw error;
    }
}
/** Compares and renames in one breath: whoever writes the file without our lock has next to no time for it. */
function swap(temporary, target, expected) {
    if (!sameBytes(expected, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(target) ? (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(target) : null)) {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(temporary, { force: true });
        return false;
    }
    (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temporary, target);
    return true;
}
function sameBytes(one, other) {
    return one === null || other === null ? one === other : one.equals(other);
}
/** The file that a path leads to, also where it, or the end of a link, is not there yet. */
async function followLinks(file) {
    const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.realpath)(file).catch(() => null);
    if (found !== null)
        return found;
    if ((await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.lstat)(file).catch(() => null))?.isSymbolicLink()) {
        return node_path__WEBPACK_IMPORTED_MODULE_3__.resolve(node_path__WEBPACK_IMPORTED_MODULE_3__.dirname(file), await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.readlink)(file));
    }
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.realpath)(node_path__WEBPACK_IMPORTED_MODULE_3__.dirname(file)).catch(() => node_path__WEBPACK_IMPORTED_MODULE_3__.dirname(file));
    return node_path__WEBPACK_IMPORTED_MODULE_3__.join(folder, node_path__WEBPACK_IMPORTED_MODULE_3__.basename(file));
}
function isErrno(error, ...codes) {
    return codes.includes(error?.code ?? '');
}
/** Whether there was no room for what was written. */
function isDiskFull(error) {
    return isErrno(error, 'ENOSPC', 'EDQUOT');
}
/**
 * Writes into the step's own folder.
 * @throws ActionError that names the folder, where its disk is full or it cannot be written
 */
async function writingUnder(folder, write) {
    try {
        return await write();
    }
    catch (error) {
        if (error instanceof _shared_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ActionError */ .lZ)
            throw error;
        if (isDiskFull(error)) {
            throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ActionError */ .lZ(`The disk of ${folder} is full: ${error.message}`, `free space there: RUNNER_TEMP holds what steps leave behind until the job ends; df -h ${shown(folder)} shows how much is left.`, { cause: error });
        }
        throw new _shared_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .ActionError */ .lZ(`The runner's temporary folder cannot be used: ${error.message}`, `let the runner's user write ${folder}, or set RUNNER_TEMP to a folder that exists and can be written.`, { cause: error });
    }
}
/** As a person can paste it into a shell. */
function shown(file) {
    return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
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

/***/ 5223:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ rememberForPost),
/* harmony export */   r: () => (/* binding */ recallInPost)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);


const NAME = 'left';
/**
 * Tells the post step what to remove. The file's last value of a name counts, so that this may be called again.
 * Written here and not through the toolkit: post needs nothing else of it, and is to start in no time.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#sending-values-to-the-pre-and-post-actions
 */
function rememberForPost(left) {
    const file = process.env['GITHUB_STATE'];
    // JSON has no line break outside of strings, and none inside of them.
    if (file)
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.appendFileSync)(file, `${NAME}=${JSON.stringify(left)}${node_os__WEBPACK_IMPORTED_MODULE_1__.EOL}`);
}
/** What the main step left behind; null where it ended before it could tell, and so before it did anything. */
function recallInPost() {
    const value = process.env[`STATE_${NAME}`];
    return value ? JSON.parse(value) : null;
}


/***/ }),

/***/ 9737:
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

/***/ 6856:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ MARK),
/* harmony export */   endProcesses: () => (/* binding */ endProcesses),
/* harmony export */   markedProcesses: () => (/* binding */ markedProcesses)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8500);


/** The variable by which the processes of one step know each other, whoever has started them. */
const MARK = 'ECR_BUILD_PUSH_STEP';
/** How long a process has to end by itself, and how long for SIGKILL to work; GitHub kills the step after 10 s. */
const PATIENCE = { askedMs: 4000, killedMs: 1000, everyMs: 40 };
/**
 * The processes whose environment has the mark, also those whose parent has ended. Only Linux tells.
 * @param proc where Linux tells of processes
 */
function markedProcesses(mark, proc = '/proc') {
    const entry = `${MARK}=${mark}`;
    let names;
    try {
        names = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(proc);
    }
    catch {
        return [];
    }
    return names
        .filter((name) => /^\d+$/.test(name))
        .filter((pid) => {
        try {
            return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`${proc}/${pid}/environ`, 'utf8').split('\0').includes(entry);
        }
        catch {
            // Another user's, or it has ended.
            return false;
        }
    })
        .map(Number);
}
/**
 * Ends processes: each gets the signal once, and is killed where it does not end in time.
 * @param alive those that have not ended, asked again and again: others may come
 * @param pending whether one may still come, or has not been read to its end
 * @returns whether all have ended
 */
async function endProcesses(alive, signal, pending = () => false, { askedMs, killedMs, everyMs } = PATIENCE) {
    const told = new Set();
    const started = performance.now();
    for (;;) {
        const pids = alive();
        if (pids.length === 0 && !pending())
            return true;
        const passed = performance.now() - started;
        if (passed >= askedMs + killedMs)
            return false;
        for (const pid of pids) {
            if (passed >= askedMs)
                send(pid, 'SIGKILL');
            else if (!told.has(pid))
                send(pid, signal);
            told.add(pid);
        }
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(everyMs);
    }
}
function send(pid, signal) {
    try {
        process.kill(pid, signal);
    }
    catch {
        // It has ended, or has become another user's.
    }
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
