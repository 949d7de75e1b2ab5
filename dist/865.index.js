export const id = 865;
export const ids = [865];
export const modules = {

/***/ 6865:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  main: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 10 modules
var core = __webpack_require__(7264);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./lib/docker/config.js
var docker_config = __webpack_require__(5960);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
// EXTERNAL MODULE: ./lib/docker/exec.js
var exec = __webpack_require__(983);
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
 */
function openDocker(env, remember) {
    const userEnv = childEnvironment(env);
    let own = null;
    let kept = null;
    const session = () => {
        own ??= (0,docker_config/* makePrivateFolder */.I2)(env).then((made) => {
            remember({ folder: made.folder, kept: null });
            return { folder: made.folder, env: { ...userEnv, ...made.env } };
        });
        return own;
    };
    return {
        inspect: () => inspectEngine(userEnv),
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
            const buildEnv = request.push ? privateEnv : userEnv;
            if (engine.buildxVersion === null) {
                const { buildWithoutBuildx } = await __webpack_require__.e(/* import() */ 452).then(__webpack_require__.bind(__webpack_require__, 5452));
                return buildWithoutBuildx(request, folder, buildEnv);
            }
            const { buildWithBuildx } = await __webpack_require__.e(/* import() */ 806).then(__webpack_require__.bind(__webpack_require__, 9806));
            return buildWithBuildx(request, folder, buildEnv);
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

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./node_modules/csv-parse/lib/sync.js + 9 modules
var sync = __webpack_require__(5175);
;// CONCATENATED MODULE: ./lib/inputs.js




// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html (repositoryName)
const REPOSITORY_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests (<reference> as a tag)
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const ACCOUNT_ID = /^\d{12}$/;
const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
// `ACCOUNT.dkr.ecr.REGION.SUFFIX`, `….dkr.ecr-fips.…` and the dual-stack `ACCOUNT.dkr-ecr.REGION.on.aws`, in
// every partition: the suffix is left open, since the API returns the host that is used.
const REGISTRY_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const TAG_RULE = 'a tag is 1 to 128 letters, digits, underscores, dots and hyphens, and does not start with a dot or a hyphen';
const NAME_RULE = 'a repository name is 2 to 256 lower-case letters and digits, with single dots, hyphens, underscores or slashes between them (team/demo-service)';
/**
 * Reads and checks every input.
 * @returns the inputs, with defaults filled in and paths made absolute
 * @throws InputError with everything that is wrong, before anything has been called
 */
function readInputs(source) {
    const reader = new Reader(source);
    const repository = readRepository(reader);
    const tags = readTags(reader);
    const build = readBuild(reader);
    const inputs = {
        repository,
        createRepository: reader.boolean('create-repository', true),
        tags,
        build,
        push: reader.boolean('push', true),
        keepLogin: reader.boolean('keep-login', false),
        summary: reader.boolean('summary', true),
    };
    if (inputs.keepLogin && !inputs.push) {
        reader.problem('keep-login', 'true', 'needs push: true; without a push nobody logs in');
    }
    reader.finish();
    return inputs;
}
/** Collects problems while values are read, so that all are reported at once. */
class Reader {
    #problems = [];
    source;
    constructor(source) {
        this.source = source;
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
        if (/^(?:true|True|TRUE)$/.test(value))
            return true;
        if (/^(?:false|False|FALSE)$/.test(value))
            return false;
        this.problem(name, value, 'must be true or false');
        return fallback;
    }
    /**
     * One item a line; with `commas`, also several in a line. An item may be quoted as CSV, and a line that
     * starts with `#` is a comment: as docker/build-push-action reads its lists.
     */
    list(name, { commas }) {
        const value = this.text(name);
        if (value === '')
            return [];
        try {
            const rows = (0,sync/* parse */.qg)(value, {
                relax_quotes: true,
                relax_column_count: true,
                skip_empty_lines: true,
                comment: '#',
                comment_no_infix: true,
            });
            const items = rows.flatMap((row) => (commas ? row : [row.join(',')]));
            return items.map((item) => item.trim()).filter((item) => item !== '');
        }
        catch (error) {
            this.problem(name, value, `is not a list: ${error.message}`);
            return [];
        }
    }
    finish() {
        if (this.#problems.length > 0)
            throw new errors/* InputError */.dz(this.#problems);
    }
}
function readRepository(reader) {
    const value = reader.text('repository');
    let registryId = readMatching(reader, 'registry-id', ACCOUNT_ID, 'an AWS account id is 12 digits');
    let region = readMatching(reader, 'aws-region', REGION, 'must be a region code, such as ap-northeast-2');
    const missing = { name: '', host: null, registryId, region };
    if (value === '') {
        reader.problem('repository', '', "is required: an ECR repository's name or URI, such as demo-service");
        return missing;
    }
    if (/^[a-z]+:\/\//i.test(value)) {
        reader.problem('repository', value, 'must be without https://: a name or ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME');
        return missing;
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
    return { name, host, registryId, region };
}
function checkRepositoryName(reader, value, name) {
    if (name.includes('@') || /:[^/]*$/.test(name)) {
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
function readTags(reader) {
    const given = reader.list('tags', { commas: true });
    for (const tag of given) {
        if (TAG.test(tag))
            continue;
        const colon = tag.lastIndexOf(':');
        const hint = tag.includes('/') && TAG.test(tag.slice(colon + 1))
            ? `; give the tag alone (${tag.slice(colon + 1)}): the registry and the repository are added to it`
            : '';
        reader.problem('tags', tag, TAG_RULE + hint);
    }
    if (given.length > 0)
        return [...new Set(given)];
    const sha = reader.source.env['GITHUB_SHA'] ?? '';
    if (COMMIT.test(sha))
        return [sha];
    reader.problem('tags', '', 'is required where GITHUB_SHA does not hold a commit to name the image after');
    return [];
}
function readBuild(reader) {
    const { cwd } = reader.source;
    const given = reader.text('context');
    const context = external_node_path_.resolve(cwd, given === '' ? '.' : given);
    const kind = kindOf(context);
    if (kind !== 'folder') {
        const why = kind === 'missing' ? 'does not exist' : 'is not a folder';
        reader.problem('context', given === '' ? '.' : given, `${why}; must be a folder, relative to ${cwd}${checkoutHint(kind)}`);
    }
    const givenFile = reader.text('file');
    const file = givenFile === '' ? external_node_path_.join(context, 'Dockerfile') : external_node_path_.resolve(cwd, givenFile);
    if (givenFile !== '' || kind === 'folder') {
        const fileKind = kindOf(file);
        if (fileKind !== 'file') {
            const shown = givenFile === '' ? '' : givenFile;
            const where = givenFile === ''
                ? `no Dockerfile at ${file}`
                : fileKind === 'missing'
                    ? `does not exist (${file})`
                    : 'is not a file';
            reader.problem('file', shown, `${where}; must be the Dockerfile's path, relative to ${cwd}`);
        }
    }
    const target = reader.text('target');
    if (target !== '' && !/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(target)) {
        reader.problem('target', target, "must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')");
    }
    return {
        context,
        file,
        target: target === '' ? null : target,
        buildArgs: readBuildArgs(reader),
        labels: readLabels(reader),
    };
}
function readBuildArgs(reader) {
    const items = reader.list('build-args', { commas: false });
    for (const item of items) {
        if (!/^[a-zA-Z_][a-zA-Z0-9_]*(?:=|$)/.test(item)) {
            reader.problem('build-args', item, 'must be KEY=value, or KEY for the value in the environment');
        }
    }
    return items;
}
function readLabels(reader) {
    const items = reader.list('labels', { commas: false });
    for (const item of items) {
        if (!/^[^=\s]+=/.test(item))
            reader.problem('labels', item, 'must be key=value');
    }
    return items;
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
function checkoutHint(kind) {
    return kind === 'missing' ? ' (is there an actions/checkout step before this one?)' : '';
}

;// CONCATENATED MODULE: ./lib/ecr/mutability.js
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

;// CONCATENATED MODULE: ./lib/report/outputs.js
/** What the names, the tags and the repository's URI make of each other. */
function namedOutputs(name, tags) {
    return { 'image-name': `${name}:${tags[0]}`, tags: tags.join('\n') };
}

;// CONCATENATED MODULE: ./lib/main.js



/**
 * The main job: from checked inputs to an image in ECR, or to one in the engine where `push` is false.
 * Outputs are set as they become true.
 * @throws ActionError with what failed and what to do
 */
async function run(inputs, world) {
    const started = world.clock();
    const { name, host } = inputs.repository;
    world.setOutputs({ ...namedOutputs(name, inputs.tags), pushed: 'false' });
    const ready = inputs.push ? await preparePush(inputs, world) : await prepareBuild(world);
    const repositoryUri = ready.target?.repository.uri ?? (host === null ? name : `${host}/${name}`);
    const uris = inputs.tags.map((tag) => `${repositoryUri}:${tag}`);
    const building = world.clock();
    const request = { ...inputs.build, references: uris, push: inputs.push };
    const built = await world.docker.build(ready.engine, request);
    const buildSeconds = (world.clock() - building) / 1000;
    world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) });
    let held = null;
    if (ready.target !== null) {
        held = await readBack(ready.target, inputs.tags, built.digest);
        world.setOutputs({
            'image-uri': uris[0],
            'image-uris': uris.join('\n'),
            digest: held.digest,
            'digest-uri': `${repositoryUri}@${held.digest}`,
            pushed: 'true',
        });
        for (const uri of uris)
            world.log(`Pushed ${uri}`);
        world.log(`Digest ${repositoryUri}@${held.digest}`);
    }
    else {
        for (const uri of uris)
            world.log(`Built ${uri}, not pushed (push: false)`);
    }
    if (!inputs.summary)
        return;
    await world.summarize({
        name,
        pushed: inputs.push,
        uris,
        digestUri: held === null ? null : `${repositoryUri}@${held.digest}`,
        imageId: built.imageId,
        sizeInBytes: held?.sizeInBytes ?? null,
        repositoryCreated: ready.target?.created ?? false,
        engine: describeEngine(ready.engine),
        seconds: { build: buildSeconds, total: (world.clock() - started) / 1000 },
    });
}
async function prepareBuild(world) {
    return { engine: await world.docker.inspect(), target: null };
}
/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repository and the token side by side, and the login as soon as there is a token.
 */
async function preparePush(inputs, world) {
    const ecr = await world.connectEcr(inputs.repository);
    const [engine, target] = await together([
        world.docker.inspect(),
        ensureRepository(ecr, inputs, world),
        ecr.authorize().then(async (login) => {
            world.setOutputs({ registry: login.host });
            await world.docker.login(login, { keep: inputs.keepLogin });
            world.log(`Logged in to ${login.host}${inputs.keepLogin ? ', for the later steps too' : ''}`);
        }),
    ]);
    return { engine, target };
}
async function ensureRepository(ecr, inputs, world) {
    const { name } = inputs.repository;
    const found = await ecr.findRepository(name);
    if (found === null && !inputs.createRepository) {
        throw new errors/* ActionError */.lZ(`There is no repository '${name}' in ECR, and create-repository is false.`, "set create-repository: true, create it beforehand, or correct 'repository', 'aws-region' or 'registry-id'.");
    }
    const { created, ...repository } = found === null ? await ecr.createRepository(name) : { ...found, created: false };
    world.setOutputs({
        'repository-uri': repository.uri,
        'repository-arn': repository.arn,
        'repository-created': String(created),
    });
    world.log(created ? `Created the repository ${repository.uri}` : `Found the repository ${repository.uri}`);
    if (!created)
        await refuseTakenTags(ecr, repository, inputs.tags);
    return { ecr, repository, created };
}
/** @throws ActionError for tags that ECR would refuse only after a whole build, and without a reason docker passes on */
async function refuseTakenTags(ecr, repository, tags) {
    const immutable = tags.filter((tag) => isImmutable(repository.mutability, tag));
    if (immutable.length === 0)
        return;
    const taken = await ecr.findImages(repository, immutable);
    if (taken.size === 0)
        return;
    const list = [...taken].map(([tag, { digest }]) => `${tag} (${digest})`).join(', ');
    throw new errors/* ActionError */.lZ(`${repository.uri} is immutable and has an image already under ${list}.`, 'push a tag that is not there yet (the commit SHA changes with each commit), delete that image, or let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).');
}
/**
 * What ECR itself holds, after the push: the only digest that is worth an output.
 * @throws ActionError where a tag is not there, or names another image
 */
async function readBack(target, tags, built) {
    const images = await target.ecr.findImages(target.repository, tags);
    const first = images.get(tags[0]);
    const expected = built ?? first?.digest;
    const wrong = tags.filter((tag) => images.get(tag)?.digest !== expected);
    if (first !== undefined && wrong.length === 0)
        return first;
    const found = wrong.map((tag) => `${tag} is ${images.get(tag)?.digest ?? 'absent'}`).join(', ');
    throw new errors/* ActionError */.lZ(`After the push, ECR does not hold ${expected ?? 'the image'} under every tag of ${target.repository.uri}: ${found}.`, 'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).');
}
function describeEngine(engine) {
    const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`;
    return `Docker ${engine.serverVersion}, ${buildx}`;
}
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
    const known = failures.filter((failure) => failure instanceof errors/* ActionError */.lZ);
    if (known.length < failures.length)
        return failures.find((failure) => !(failure instanceof errors/* ActionError */.lZ));
    const [first, ...others] = [...new Map(known.map((failure) => [failure.remedy, failure])).values()];
    if (others.length === 0)
        return first;
    const text = [first, ...others]
        .map((failure) => `${failure?.message}\nWhat to do: ${failure?.remedy}`)
        .join('\n');
    return new errors/* ActionError */.lZ(text, '', { cause: first });
}

;// CONCATENATED MODULE: ./lib/report/summary.js
/**
 * The job summary, as GitHub's Markdown.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
function renderSummary(facts) {
    const rows = [
        [facts.pushed ? 'Image' : 'Built, not pushed', facts.uris.map(code).join('<br>')],
        ...(facts.digestUri === null
            ? []
            : [['Deploy by digest', code(facts.digestUri)]]),
        ['Image ID', code(facts.imageId)],
        ...(facts.sizeInBytes === null
            ? []
            : [['Size in ECR', `${megabytes(facts.sizeInBytes)} (compressed)`]]),
        ['Repository', code(facts.name) + (facts.repositoryCreated ? ', created by this run' : '')],
        ['Built by', code(facts.engine)],
        [
            'Time',
            `${facts.seconds.total.toFixed(1)} s, of which build and push ${facts.seconds.build.toFixed(1)} s`,
        ],
    ];
    const lines = rows.map(([key, value]) => `| ${key} | ${value} |`);
    return [
        `### ${facts.pushed ? 'Pushed' : 'Built'} ${code(facts.name)}`,
        '',
        '| | |',
        '| --- | --- |',
        ...lines,
        '',
    ].join('\n');
}
/** As an HTML element, in which neither Markdown nor a table's bars mean anything. */
function code(value) {
    const escaped = value.replace(/[&<>|`\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
    return `<code>${escaped}</code>`;
}
/** Decimal megabytes, as the ECR console shows sizes. */
function megabytes(bytes) {
    return `${(bytes / 1e6).toFixed(2)} MB`;
}

// EXTERNAL MODULE: ./lib/state.js
var state = __webpack_require__(7390);
;// CONCATENATED MODULE: ./lib/action.js







/** The main step: wires the real world, and has the one catch. */
async function main() {
    (0,state/* rememberForPost */.j)(null);
    const docker = openDocker(process.env, (onDisk) => (0,state/* rememberForPost */.j)(onDisk));
    try {
        const inputs = readInputs({ get: core/* getInput */.V4, env: process.env, cwd: process.cwd() });
        const world = {
            connectEcr: async ({ region, registryId }) => {
                const { connectPrivateEcr } = await Promise.all(/* import() */[__webpack_require__.e(249), __webpack_require__.e(697)]).then(__webpack_require__.bind(__webpack_require__, 3697));
                return connectPrivateEcr({
                    region: region ?? (process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || null),
                    registryId,
                    mask: core/* setSecret */.Pq,
                });
            },
            docker,
            setOutputs: (outputs) => {
                for (const [name, value] of Object.entries(outputs))
                    core/* setOutput */.uH(name, value);
            },
            summarize: async (facts) => {
                if (process.env['GITHUB_STEP_SUMMARY'])
                    await core/* summary */.z.addRaw(renderSummary(facts)).write();
            },
            log: (line) => core/* info */.pq(line),
            clock: () => performance.now(),
        };
        await run(inputs, world);
    }
    catch (error) {
        core/* setFailed */.C1((0,errors/* explain */.WE)(error));
        if (error instanceof Error && core/* isDebug */._o())
            core/* debug */.Yz(error.stack ?? '');
    }
    finally {
        await docker.close().catch((error) => core/* warning */.$e((0,errors/* explain */.WE)(error)));
    }
}


/***/ }),

/***/ 5960:
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
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(452);






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

/***/ 983:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ execute),
/* harmony export */   y: () => (/* binding */ ProcessError)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _actions_exec__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1260);


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
    const show = options.show ?? false;
    if (show)
        process.stdout.write(`::stop-commands::${resume}\n`);
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
            process.stdout.write(`\n::${resume}::\n`);
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

/***/ 452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WE: () => (/* binding */ explain),
/* harmony export */   dz: () => (/* binding */ InputError),
/* harmony export */   lZ: () => (/* binding */ ActionError)
/* harmony export */ });
/**
 * An error that a user reads: what failed and why, and what to do about it.
 * Whatever reaches the entry and is not one of these is a defect of ours and says so.
 */
class ActionError extends Error {
    name = 'ActionError';
    /** What the user can do, in the imperative. */
    remedy;
    constructor(what, remedy, options) {
        super(what, options);
        this.remedy = remedy;
    }
}
/** All that is wrong with the inputs, at once. */
class InputError extends ActionError {
    name = 'InputError';
    problems;
    constructor(problems) {
        super(problems.map(describeProblem).join('\n'), '');
        this.problems = problems;
    }
}
function describeProblem({ input, value, message }) {
    return value === '' ? `Input '${input}': ${message}` : `Input '${input}': '${clip(value)}': ${message}`;
}
/** Keeps a hostile or accidental megabyte out of an error message. */
function clip(value, max = 200) {
    return value.length <= max ? value : `${value.slice(0, max)}… (${value.length} characters)`;
}
/**
 * The text that a user sees for an error: message and remedy, never a stack trace.
 * @param error anything that was thrown
 */
function explain(error) {
    if (error instanceof ActionError) {
        return error.remedy === '' ? error.message : `${error.message}\nWhat to do: ${error.remedy}`;
    }
    const message = error instanceof Error ? error.message : String(error);
    return `${message}\nWhat to do: this is not an error that ecr-build-push knows; run the job again with debug logging (the secret ACTIONS_STEP_DEBUG set to true) and report what it prints.`;
}


/***/ })

};
