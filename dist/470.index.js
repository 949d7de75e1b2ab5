export const id = 470;
export const ids = [470];
export const modules = {

/***/ 2470:
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
    const driver = 'docker';
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
            const { checkBuild, lambdaWarning } = await __webpack_require__.e(/* import() */ 900).then(__webpack_require__.bind(__webpack_require__, 7900));
            await checkBuild(build, options, engine, userEnv);
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
                const { buildWithoutBuildx } = await __webpack_require__.e(/* import() */ 452).then(__webpack_require__.bind(__webpack_require__, 5452));
                return buildWithoutBuildx(request, (await details()).classic, tools);
            }
            const { buildWithBuildx } = await __webpack_require__.e(/* import() */ 806).then(__webpack_require__.bind(__webpack_require__, 9806));
            // The engine's own builder puts into the engine what it pushes; told to load it as well, it does so twice at
            // once, and one of the two finds the image there already.
            const load = request.load && !(request.push && driver === 'docker');
            return buildWithBuildx({ ...request, load }, engine.buildxVersion, tools);
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

// EXTERNAL MODULE: ./lib/metadata/expressions.js + 1 modules
var expressions = __webpack_require__(4022);
// EXTERNAL MODULE: ./lib/metadata/template.js
var metadata_template = __webpack_require__(7071);
;// CONCATENATED MODULE: ./lib/metadata/labels.js


/** Reads the lines of `labels` or `annotations`, and notes those whose expressions are wrong. */
function readLabelLines(input, lines, problems) {
    return lines.flatMap((text) => {
        try {
            const template = (0,expressions/* compile */.wE)(text, expressions/* GLOBAL */.M_);
            // A key that is all text can be checked without the event.
            const [first] = template;
            if (typeof first !== 'string' || splitLabel(first) !== null || keyMayGoOn(first, template)) {
                return [{ text, template }];
            }
            problems.add(input, text, NOT_A_LABEL);
        }
        catch (error) {
            if (!(error instanceof metadata_template/* TemplateError */.$w))
                throw error;
            problems.add(input, text, `${error.message}; \\{{ is kept as it is`);
        }
        return [];
    });
}
const NOT_A_LABEL = 'must be key=value, the key without spaces';
function keyMayGoOn(start, template) {
    return template.length > 1 && /^[^=\s]+$/.test(start);
}
/** Renders lines for an event. Of two with the same key, the later one counts. */
function renderLabels(input, lines, scene, problems) {
    const functions = (0,expressions/* globalFunctions */.ru)(scene);
    return lines.flatMap(({ text, template }) => {
        const label = splitLabel((0,metadata_template/* renderTemplate */.Xm)(template, functions));
        if (label === null)
            problems.add(input, text, NOT_A_LABEL);
        return label === null ? [] : [label];
    });
}
/**
 * The labels that describe an image's origin:
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md#pre-defined-annotation-keys
 */
function standardLabels(scene, version) {
    const { name, description, url, license } = scene.repository;
    const values = {
        created: scene.now.toISOString(),
        description,
        licenses: license,
        revision: scene.sha,
        source: url,
        title: name,
        url,
        version,
    };
    return Object.entries(values).map(([key, value]) => [`org.opencontainers.image.${key}`, value ?? '']);
}
// One language for every machine: the order must depend on the keys alone.
const alphabetical = new Intl.Collator('en');
/** The later one of each key, in alphabetical order. */
function mergeLabels(labels) {
    return [...new Map(labels)].sort(([one], [other]) => alphabetical.compare(one, other));
}
function splitLabel(text) {
    const match = /^([^=\s]+)=([\s\S]*)$/.exec(text);
    return match === null ? null : [match[1], match[2]];
}

;// CONCATENATED MODULE: ./lib/metadata/annotations.js

// buildx's own form: `index,manifest[linux/amd64]:key=value`.
const LEVEL = '(?:manifest|index)(?:-descriptor)?(?:\\[[A-Za-z0-9_/.-]+\\])?';
const LEVELLED = new RegExp(`^${LEVEL}(?:,${LEVEL})*:.`);
/**
 * Annotations as `buildx build --annotation` takes them: `level:key=value`.
 * @param standard those that every image has
 * @param own the user's; a key that names its levels keeps them
 * @param levels where those go that do not say so
 */
function levelAnnotations(standard, own, levels) {
    const levelled = own.filter(([key]) => LEVELLED.test(key));
    const others = mergeLabels([...standard, ...own.filter(([key]) => !LEVELLED.test(key))]);
    return [
        ...levels.flatMap((level) => others.map(([key, value]) => `${level}:${key}=${value}`)),
        ...levelled.map(([key, value]) => `${key}=${value}`),
    ];
}

// EXTERNAL MODULE: ./node_modules/csv-parse/lib/sync.js + 9 modules
var sync = __webpack_require__(5175);
;// CONCATENATED MODULE: ./lib/metadata/fields.js

/**
 * The fields of one line of `tags` or `flavor`: CSV, so that a quoted field may hold commas.
 * Empty fields (a comma too many) are left out.
 * @throws Error with what is wrong with the quotes
 */
function splitFields(line) {
    // Quotes are rare; without one, CSV is a split at the commas.
    const cells = line.includes('"') || line.includes('\n') ? parseLine(line) : line.split(',');
    return cells
        .map((cell) => cell.trim())
        .filter((cell) => cell !== '')
        .map((cell) => {
        // A key is a word: the `=` in {{date 'YYYY' tz='UTC'}} starts no value.
        const match = /^([a-zA-Z0-9_-]+)\s*=\s*/.exec(cell);
        if (match === null)
            return { key: null, value: cell };
        return { key: match[1].toLowerCase(), value: cell.slice(match[0].length) };
    });
}
function parseLine(line) {
    try {
        const rows = (0,sync/* parse */.qg)(line, { relax_column_count: true, skip_empty_lines: true });
        return rows[0] ?? [];
    }
    catch (error) {
        const code = error.code;
        const reason = code === 'INVALID_OPENING_QUOTE'
            ? 'a quote stands inside of a field'
            : 'a quote is not closed, or not alone';
        throw new Error(`is not CSV: ${reason}; quote a whole field ("value=a,b"), and use single quotes in expressions`);
    }
}

;// CONCATENATED MODULE: ./lib/metadata/problems.js
/** All that is wrong with tags, flavor, labels and annotations, at once. */
class MetadataError extends Error {
    name = 'MetadataError';
    problems;
    constructor(problems) {
        super(problems.map(({ input, value, message }) => `${input}: '${value}': ${message}`).join('\n'));
        this.problems = problems;
    }
}
/** Collects problems, so that all are reported at once. */
class problems_Problems {
    #found = [];
    get found() {
        return this.#found;
    }
    add(input, value, message) {
        this.#found.push({ input, value, message });
    }
    /** @throws MetadataError where there is one */
    throwIfAny() {
        if (this.#found.length > 0)
            throw new MetadataError(this.#found);
    }
}

;// CONCATENATED MODULE: ./lib/metadata/flavor.js




/**
 * The input `flavor`.
 * @throws MetadataError with each line and attribute that is wrong, and what is allowed
 */
function parseFlavor(lines) {
    const problems = new Problems();
    const flavor = readFlavor(lines, problems);
    problems.throwIfAny();
    return flavor;
}
/** As parseFlavor, with problems collected. */
function readFlavor(lines, problems) {
    const flavor = {
        latest: 'auto',
        prefix: [],
        suffix: [],
        prefixOnLatest: false,
        suffixOnLatest: false,
    };
    for (const line of lines) {
        try {
            readLine(splitFields(line), flavor, (message) => problems.add('flavor', line, message));
        }
        catch (error) {
            problems.add('flavor', line, error.message);
        }
    }
    return flavor;
}
function readLine(fields, flavor, problem) {
    let affix = null;
    for (const { key, value } of fields) {
        switch (key) {
            case 'latest':
                if (value === 'auto' || value === 'true' || value === 'false')
                    flavor.latest = value;
                else
                    problem(`latest '${value}' must be auto, true or false`);
                break;
            case 'prefix':
            case 'suffix':
                affix = key;
                try {
                    flavor[key] = (0,expressions/* compile */.wE)(value, expressions/* GLOBAL */.M_);
                }
                catch (error) {
                    if (!(error instanceof metadata_template/* TemplateError */.$w))
                        throw error;
                    problem(`${key}: ${error.message}`);
                }
                break;
            case 'onlatest':
                if (affix === null)
                    problem('onlatest must follow a prefix or suffix in the same line');
                else if (value === 'true' || value === 'false')
                    flavor[`${affix}OnLatest`] = value === 'true';
                else
                    problem(`onlatest '${value}' must be true or false`);
                break;
            case null:
                problem(`'${value}' must be latest=, prefix=, suffix= or onlatest=`);
                break;
            default:
                problem(`attribute '${key}' is not known; it can be latest, prefix, suffix or onlatest`);
        }
    }
}

;// CONCATENATED MODULE: ./lib/metadata/payload.js
/**
 * A value inside of a JSON that anyone may have written.
 * @returns undefined wherever the path leads past what is there; inherited properties are not there
 */
function valueAt(payload, ...path) {
    let value = payload;
    for (const key of path) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
            return undefined;
        value = value[key];
    }
    return value;
}
/** The text at a path, or null. Null characters go: no command line can carry them. */
function textAt(payload, ...path) {
    const value = valueAt(payload, ...path);
    return typeof value === 'string' ? value.replaceAll('\0', '') : null;
}

;// CONCATENATED MODULE: ./lib/metadata/repository.js

/** Whether the payload lacks what the labels need: scheduled events have no repository in it, some no license. */
function needsRepositoryData(context) {
    const repository = valueAt(context.payload, 'repository');
    return ['description', 'license'].some((key) => valueAt(repository, key) === undefined);
}
/** The repository by the payload, by what was looked up, and by the run's own variables, in this order. */
function describeRepository(context, found) {
    const payload = valueAt(context.payload, 'repository');
    const { repository, serverUrl } = context;
    return {
        name: textAt(payload, 'name') ?? found?.name ?? repository.slice(repository.indexOf('/') + 1),
        description: textAt(payload, 'description') ?? found?.description ?? null,
        url: textAt(payload, 'html_url') ?? found?.url ?? (repository === '' ? null : `${serverUrl}/${repository}`),
        license: textAt(payload, 'license', 'spdx_id') ?? found?.license ?? null,
        defaultBranch: textAt(payload, 'default_branch') ?? found?.defaultBranch ?? null,
    };
}

;// CONCATENATED MODULE: ./lib/metadata/regexp.js
/** @returns the expression, or what is wrong with it */
function compileRegExp(source, flags) {
    try {
        new RegExp(source, flags);
        return { source, flags };
    }
    catch (error) {
        return error.message.replace(/^Invalid regular expression: /, '');
    }
}
/** How many groups an expression captures. */
function countGroups({ source, flags }) {
    // An empty alternative matches at once, whatever the rest is.
    return (new RegExp(`${source}|`, flags.replace(/[gy]/g, '')).exec('')?.length ?? 1) - 1;
}

;// CONCATENATED MODULE: ./lib/metadata/sanitize.js
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests (<reference> as a tag)
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const TAG_RULE = 'a tag is 1 to 128 letters, digits, underscores, dots and hyphens, and does not start with a dot or a hyphen';
/** Whether ECR takes a text as a tag. */
function isTag(text) {
    return TAG.test(text);
}
/** Whether each character may be in a tag, wherever it stands. */
function hasTagCharactersOnly(text) {
    return /^[a-zA-Z0-9._-]*$/.test(text);
}
/** A run of characters that no tag may hold becomes one hyphen. The result may still be no tag: see isTag. */
function sanitizeTag(text) {
    return text.replace(/[^a-zA-Z0-9._-]+/g, '-');
}

;// CONCATENATED MODULE: ./lib/metadata/rules.js






const PRIORITY = {
    schedule: 1000,
    semver: 900,
    pep440: 900,
    match: 800,
    edge: 700,
    ref: 600,
    raw: 200,
    sha: 100,
};
const COMMON = ['enable', 'priority', 'prefix', 'suffix'];
const ATTRIBUTES = {
    schedule: ['pattern'],
    semver: ['pattern', 'value', 'match'],
    pep440: ['pattern', 'value', 'match'],
    match: ['pattern', 'group', 'value'],
    edge: ['branch'],
    ref: ['event'],
    raw: ['value'],
    sha: ['format'],
};
/**
 * The rules of the input `tags`, in order of priority; of the same priority, as given.
 * @param lines the input's items: plain tags and `type=…` rules
 * @throws MetadataError with each rule and attribute that is wrong, and what is allowed
 */
function parseTagRules(lines) {
    const problems = new Problems();
    const rules = readTagRules(lines, problems);
    problems.throwIfAny();
    return rules;
}
/** As parseTagRules, with problems collected and the rules that have none returned. */
function readTagRules(lines, problems) {
    return lines
        .flatMap((line) => rules_readLine(line.trim(), problems))
        .sort((one, other) => other.priority - one.priority);
}
function rules_readLine(line, problems) {
    let fields;
    try {
        fields = splitFields(line);
    }
    catch (error) {
        problems.add('tags', line, error.message);
        return [];
    }
    // As in docker/build-push-action, several plain tags may share a line.
    const lines = fields.every(({ key }) => key === null) ? fields.map((field) => [field]) : [fields];
    return lines.flatMap((own) => {
        const text = lines.length > 1 ? (own[0]?.value ?? '') : line;
        const reader = new RuleReader(text, own, problems);
        const rule = reader.read();
        return rule === null ? [] : [rule];
    });
}
/** Reads one rule's attributes, and notes everything that is wrong with them. */
class RuleReader {
    #text;
    #given = new Map();
    #problems;
    #sound = true;
    constructor(text, fields, problems) {
        this.#text = text;
        this.#problems = problems;
        for (const { key, value } of fields)
            this.#given.set(key ?? 'value', value);
    }
    read() {
        const type = this.#given.get('type') ?? 'raw';
        if (!isType(type)) {
            this.#problem(`type '${type}' is not known; it can be ${list(Object.keys(ATTRIBUTES))}`);
            return null;
        }
        this.#checkNames(type);
        const rule = this.#readType(type, {
            text: this.#text,
            enable: this.#template('enable', expressions/* GLOBAL */.M_) ?? ['true'],
            priority: this.#number('priority', PRIORITY[type]),
            prefix: this.#template('prefix', expressions/* GLOBAL */.M_),
            suffix: this.#template('suffix', expressions/* GLOBAL */.M_),
        });
        return this.#sound ? rule : null;
    }
    #readType(type, common) {
        switch (type) {
            case 'schedule':
                return { ...common, type, pattern: this.#template('pattern', expressions/* DATES */.gg) ?? ['nightly'] };
            case 'semver':
                return { ...common, type, ...this.#versionAttributes(expressions/* SEMVER */.HX) };
            case 'pep440':
                return { ...common, type, ...this.#versionAttributes(expressions/* PEP440 */.O7) };
            case 'match':
                return { ...common, type, ...this.#matchAttributes() };
            case 'edge':
                return { ...common, type, branch: this.#given.get('branch') || null };
            case 'ref': {
                const event = this.#choice('event', ['branch', 'tag', 'pr'], null);
                const prefix = common.prefix ?? (event === 'pr' ? ['pr-'] : null);
                return { ...common, type, event, prefix };
            }
            case 'raw': {
                if (!this.#given.has('type'))
                    this.#checkPlain(this.#given.get('value') ?? '');
                this.#require('value');
                return { ...common, type, value: this.#template('value', expressions/* GLOBAL */.M_) ?? [] };
            }
            case 'sha': {
                const format = this.#choice('format', ['short', 'long'], 'short');
                return { ...common, type, format, prefix: common.prefix ?? ['sha-'] };
            }
        }
    }
    #versionAttributes(vocabulary) {
        this.#require('pattern');
        const match = this.#given.get('match');
        const regexp = match ? this.#regexp('match', match) : null;
        if (regexp !== null && countGroups(regexp) === 0) {
            this.#problem(`match '${match}' needs a group around the version: v(\\d+\\.\\d+\\.\\d+)`);
        }
        return {
            pattern: this.#template('pattern', vocabulary) ?? [],
            value: this.#given.get('value') ? this.#template('value', expressions/* GLOBAL */.M_) : null,
            match: regexp,
        };
    }
    #matchAttributes() {
        this.#require('pattern');
        const given = this.#given.get('pattern') ?? '';
        const delimited = /^\/(.+)\/(.*)$/.exec(given);
        const pattern = this.#regexp('pattern', delimited?.[1] ?? given, delimited?.[2] ?? '');
        const group = this.#given.get('group') ?? '0';
        if (!/^\d{1,3}$/.test(group)) {
            this.#problem(`group '${group}' must be a whole number: 0 for the whole match, 1 for the first group`);
        }
        return {
            pattern: pattern ?? { source: '', flags: '' },
            group: Number(group),
            value: this.#given.get('value') ? this.#template('value', expressions/* GLOBAL */.M_) : null,
        };
    }
    #checkNames(type) {
        const allowed = [...ATTRIBUTES[type], ...COMMON];
        for (const name of this.#given.keys()) {
            if (name === 'type' || allowed.includes(name))
                continue;
            const what = name === 'value' && !this.#text.includes('value') ? 'a value' : `an attribute '${name}'`;
            this.#problem(`type=${type} does not have ${what}; it can have ${list(allowed)}`);
        }
    }
    /** What the user typed must be a tag already; what an expression brings in is sanitised. */
    #checkPlain(value) {
        if (hasTagCharactersOnly(value.replace(/\{\{[^{}]*\}\}/g, '')))
            return;
        const name = value.slice(value.lastIndexOf(':') + 1);
        const hint = value.includes('/') && value.includes(':') && name !== '' && hasTagCharactersOnly(name)
            ? `; give the tag alone (${name}): the registry and the repository are added to it`
            : '; type=raw,value=… replaces other characters with hyphens';
        this.#problem(TAG_RULE + hint);
    }
    #require(name) {
        if (!this.#given.has(name)) {
            this.#problem(`type=${this.#given.get('type') ?? 'raw'} needs the attribute '${name}'`);
        }
    }
    #template(name, vocabulary) {
        const value = this.#given.get(name);
        if (value === undefined)
            return null;
        try {
            const template = (0,expressions/* compile */.wE)(value, vocabulary);
            const constant = template.every((part) => typeof part === 'string');
            if (name === 'enable' && constant && value !== 'true' && value !== 'false') {
                this.#problem(`enable '${value}' must be true or false`);
            }
            return template;
        }
        catch (error) {
            if (!(error instanceof metadata_template/* TemplateError */.$w))
                throw error;
            this.#problem(`${name}: ${error.message}`);
            return null;
        }
    }
    #regexp(name, source, flags = '') {
        const found = compileRegExp(source, flags);
        if (typeof found !== 'string')
            return found;
        this.#problem(`${name} '${source}' is not a regular expression: ${found}`);
        return null;
    }
    #number(name, fallback) {
        const value = this.#given.get(name);
        if (value === undefined)
            return fallback;
        if (!/^[+-]?\d{1,9}(?:\.\d{1,9})?$/.test(value))
            this.#problem(`${name} '${value}' must be a number`);
        return Number(value);
    }
    #choice(name, allowed, fallback) {
        const value = this.#given.get(name);
        const chosen = allowed.find((candidate) => candidate === value);
        if (chosen !== undefined)
            return chosen;
        if (value === undefined && fallback === null) {
            this.#problem(`type=${this.#given.get('type')} needs the attribute '${name}'; it can be ${list(allowed)}`);
        }
        else if (value !== undefined) {
            this.#problem(`${name} '${value}' is not known; it can be ${list(allowed)}`);
        }
        return fallback ?? allowed[0];
    }
    #problem(message) {
        this.#sound = false;
        this.#problems.add('tags', this.#text, message);
    }
}
function isType(type) {
    return Object.hasOwn(ATTRIBUTES, type);
}
function list(names) {
    return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

;// CONCATENATED MODULE: ./lib/metadata/scene.js

/**
 * The ref and the commit that images are named after. A `pull_request_target` run has those of the base branch,
 * which must not lend its name to a pull request's image.
 */
function namedCommit(context) {
    const { eventName, payload } = context;
    let { ref, sha } = context;
    if (eventName.includes('pull_request_target')) {
        const number = valueAt(payload, 'number') ?? valueAt(payload, 'pull_request', 'number');
        ref = Number.isSafeInteger(number) ? `refs/pull/${number}/merge` : '';
    }
    if (context.prHeadSha && eventName.includes('pull_request')) {
        sha = textAt(payload, 'pull_request', 'head', 'sha') || sha;
    }
    return { ref, sha };
}
/** When the commit was made, by the payload; null where it does not say so. */
function commitDateInPayload(payload, sha) {
    const commits = valueAt(payload, 'commits');
    const candidates = Array.isArray(commits) ? [...commits] : [];
    candidates.push(valueAt(payload, 'head_commit'));
    for (const commit of candidates) {
        const timestamp = textAt(commit, 'timestamp');
        if (timestamp !== null && textAt(commit, 'id') === sha)
            return usableDate(new Date(timestamp));
    }
    return null;
}
/** The date where its year has four digits in every time zone, or null. */
function usableDate(date) {
    const time = date.getTime();
    return time >= Date.UTC(1000, 0, 2) && time < Date.UTC(9999, 11, 31) ? date : null;
}
/** @param commitDate null where nobody knows: the current time stands in, as in docker/metadata-action */
function readScene(context, repository, commitDate) {
    const { ref, sha } = namedCommit(context);
    const branch = after(ref, 'refs/heads/');
    const tag = after(ref, 'refs/tags/');
    const pull = after(ref, 'refs/pull/');
    return {
        eventName: context.eventName,
        sha,
        shortSha: sha.slice(0, context.shortShaLength),
        ref,
        branch,
        tag,
        pullRequest: pull?.replace(/\/merge$/, '') ?? null,
        baseRef: baseRef(context.payload, tag !== null, pull !== null),
        isDefaultBranch: isDefaultBranch(context, branch ?? ref),
        now: context.now,
        commitDate: commitDate ?? context.now,
        repository,
    };
}
function after(ref, prefix) {
    return ref.startsWith(prefix) ? ref.slice(prefix.length) : null;
}
function baseRef(payload, isTag, isPull) {
    const ofTag = isTag ? textAt(payload, 'base_ref') : null;
    if (ofTag !== null)
        return ofTag.replace(/^refs\/heads\//, '');
    return (isPull ? textAt(payload, 'pull_request', 'base', 'ref') : null) ?? '';
}
// Such events always run on the default branch's last commit:
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
const ON_DEFAULT_BRANCH = /create|discussion|issues|schedule/;
function isDefaultBranch({ eventName, payload }, name) {
    if (name === '')
        return false;
    return textAt(payload, 'repository', 'default_branch') === name || ON_DEFAULT_BRANCH.test(eventName);
}

;// CONCATENATED MODULE: ./lib/metadata/types/simple.js


/** `type=schedule`: `nightly`, or a date, for scheduled events. */
function evaluateSchedule(rule, scene) {
    if (!scene.eventName.includes('schedule'))
        return null;
    return { value: (0,metadata_template/* renderTemplate */.Xm)(rule.pattern, (0,expressions/* globalFunctions */.ru)(scene)), latest: false };
}
/** `type=edge`: the last commit of a branch, by default of the default one. */
function evaluateEdge(rule, scene) {
    if (scene.branch === null)
        return null;
    const branch = rule.branch ?? scene.repository.defaultBranch;
    if (branch === null) {
        return { warning: `${rule.text}: GitHub does not say which branch is the default one; give branch=…` };
    }
    return scene.branch === branch ? { value: 'edge', latest: false } : null;
}
/** `type=ref`: the name of the branch or tag, or the pull request's number. */
function evaluateRef(rule, scene) {
    const value = { branch: scene.branch, tag: scene.tag, pr: scene.pullRequest }[rule.event];
    return value === null ? null : { value, latest: rule.event === 'tag' };
}
/** `type=raw`, and a plain tag: what the user wrote. */
function evaluateRaw(rule, scene) {
    return { value: (0,metadata_template/* renderTemplate */.Xm)(rule.value, (0,expressions/* globalFunctions */.ru)(scene)), latest: false };
}
/** `type=sha`: the commit. */
function evaluateSha(rule, scene) {
    if (scene.sha === '')
        return null;
    return { value: rule.format === 'short' ? scene.shortSha : scene.sha, latest: false };
}

;// CONCATENATED MODULE: ./lib/metadata/evaluate.js

// Libraries of versions and the sandbox of regular expressions are loaded by the rules that need them.
const EVALUATE = {
    schedule: evaluateSchedule,
    edge: evaluateEdge,
    ref: evaluateRef,
    raw: evaluateRaw,
    sha: evaluateSha,
    semver: async (rule, scene) => (await __webpack_require__.e(/* import() */ 51).then(__webpack_require__.bind(__webpack_require__, 8051))).evaluateSemver(rule, scene),
    pep440: async (rule, scene) => (await __webpack_require__.e(/* import() */ 356).then(__webpack_require__.bind(__webpack_require__, 9356))).evaluatePep440(rule, scene),
    match: async (rule, scene) => (await __webpack_require__.e(/* import() */ 682).then(__webpack_require__.bind(__webpack_require__, 3682))).evaluateMatch(rule, scene),
};
/** What a rule makes of an event. */
async function evaluate(rule, scene) {
    const own = EVALUATE[rule.type];
    return own(rule, scene);
}

;// CONCATENATED MODULE: ./lib/metadata/tags.js




/** The rules where the user gave none: docker/metadata-action's, and the whole commit. */
const DEFAULT_RULES = [
    'type=schedule',
    'type=ref,event=branch',
    'type=ref,event=tag',
    'type=ref,event=pr',
    'type=sha,format=long,prefix=,suffix=',
];
/**
 * Applies rules to an event.
 * @param isDefault whether the rules are ours: then an impossible name (a long branch's) is left out with a
 *   warning, and moving tags are marked; the user's own rules must give tags, and those are never moving
 */
async function deriveTags(rules, flavor, scene, isDefault, problems, warnings) {
    const given = [];
    let latest = null;
    const functions = (0,expressions/* globalFunctions */.ru)(scene);
    const render = (template) => (0,metadata_template/* renderTemplate */.Xm)(template, functions);
    for (const rule of rules) {
        const enabled = render(rule.enable);
        if (enabled !== 'true') {
            if (enabled !== 'false')
                problems.add('tags', rule.text, `enable '${enabled}' must be true or false`);
            continue;
        }
        const outcome = await evaluateSafely(rule, scene, problems);
        if (outcome === null)
            continue;
        if ('warning' in outcome) {
            warnings.add(outcome.warning);
            continue;
        }
        const text = render(rule.prefix ?? flavor.prefix) + outcome.value + render(rule.suffix ?? flavor.suffix);
        if (text === '')
            continue;
        const tag = sanitizeTag(text);
        if (!isTag(tag)) {
            const message = invalidTag(tag);
            if (isDefault)
                warnings.add(`The default rule ${rule.text} is left out: it ${message}`);
            else
                problems.add('tags', rule.text, message);
            continue;
        }
        given.push({ tag, rule });
        latest ??= flavor.latest === 'auto' ? outcome.latest : flavor.latest === 'true';
    }
    const latestName = latest ? nameLatest(flavor, render, problems) : null;
    return arrange(given, latestName, flavor, isDefault);
}
/** Notes a name that no event can make right, since there is no expression in it. */
function checkLiteralTag(rule, flavor, problems) {
    if (rule.type !== 'raw' || rule.enable.join('') !== 'true')
        return;
    const parts = [rule.prefix ?? flavor.prefix, rule.value, rule.suffix ?? flavor.suffix].flat();
    if (!parts.every((part) => typeof part === 'string'))
        return;
    const tag = sanitizeTag(parts.join(''));
    if (tag !== '' && !isTag(tag))
        problems.add('tags', rule.text, invalidTag(tag));
}
function invalidTag(tag) {
    return `gives '${tag}' (${tag.length} characters); ${TAG_RULE}`;
}
/** A regular expression that does not end is the rule's fault, not a crash. */
async function evaluateSafely(rule, scene, problems) {
    try {
        return await evaluate(rule, scene);
    }
    catch (error) {
        if (error.name !== 'SlowMatch')
            throw error;
        problems.add('tags', rule.text, 'takes too long to match; use a simpler regular expression');
        return null;
    }
}
function nameLatest(flavor, render, problems) {
    const prefix = flavor.prefixOnLatest ? render(flavor.prefix) : '';
    const suffix = flavor.suffixOnLatest ? render(flavor.suffix) : '';
    const name = sanitizeTag(`${prefix}latest${suffix}`);
    if (isTag(name))
        return name;
    problems.add('flavor', `${prefix}latest${suffix}`, `onlatest gives '${name}'; ${TAG_RULE}`);
    return null;
}
function arrange(given, latest, flavor, isDefault) {
    const named = new Set(given.filter(({ rule }) => !isDefault || !isMoving(rule)).map(({ tag }) => tag));
    if (latest !== null && flavor.latest === 'true')
        named.add(latest);
    const byPriority = given.map(({ tag }) => tag);
    // The tag that names this commit and no other comes first: it is the one to deploy by.
    const commit = isDefault ? given.filter(({ rule }) => rule.type === 'sha').map(({ tag }) => tag) : [];
    const names = [...new Set([...commit, ...byPriority, ...(latest === null ? [] : [latest])])];
    return {
        names,
        version: byPriority[0] ?? '',
        moving: new Set(names.filter((name) => !named.has(name))),
    };
}
function isMoving(rule) {
    return rule.type === 'schedule' || (rule.type === 'ref' && rule.event !== 'tag');
}

;// CONCATENATED MODULE: ./lib/metadata/context.js

const context_LEVEL = /^(?:manifest|index|manifest-descriptor|index-descriptor)(?:\[[A-Za-z0-9_/.-]+\])?$/;
/**
 * The context from the environment that GitHub's runner and the user's `env:` set.
 * @param env the job's environment; the variables DOCKER_METADATA_… are those of docker/metadata-action
 * @param payload the parsed content of the file GITHUB_EVENT_PATH
 * @throws MetadataError naming each variable that holds nothing usable
 */
function readEventContext(env, payload, now) {
    const problems = new problems_Problems();
    const length = env['DOCKER_METADATA_SHORT_SHA_LENGTH'] || '7';
    if (!/^0*[1-9]\d{0,3}$/.test(length)) {
        problems.add('DOCKER_METADATA_SHORT_SHA_LENGTH', length, 'must be a whole number, such as 7');
    }
    const levels = env['DOCKER_METADATA_ANNOTATIONS_LEVELS'] || 'manifest';
    const annotationLevels = levels.split(',').map((level) => level.trim());
    if (!annotationLevels.every((level) => context_LEVEL.test(level))) {
        problems.add('DOCKER_METADATA_ANNOTATIONS_LEVELS', levels, 'must be a comma-separated list of manifest, index, manifest-descriptor and index-descriptor, each with a [platform] where wanted');
    }
    problems.throwIfAny();
    return {
        eventName: env['GITHUB_EVENT_NAME'] ?? '',
        sha: env['GITHUB_SHA'] ?? '',
        ref: env['GITHUB_REF'] ?? '',
        repository: env['GITHUB_REPOSITORY'] ?? '',
        serverUrl: env['GITHUB_SERVER_URL'] || 'https://github.com',
        payload,
        now,
        prHeadSha: /true/i.test(env['DOCKER_METADATA_PR_HEAD_SHA'] ?? ''),
        shortShaLength: Number(length),
        annotationLevels,
    };
}

;// CONCATENATED MODULE: ./lib/metadata/index.js













/**
 * What is wrong with the inputs whatever the event is. Loads no library and asks nobody.
 */
function findProblems(inputs) {
    const problems = new problems_Problems();
    parse(inputs, problems);
    return problems.found;
}
/**
 * Tags, labels and annotations for an event, as docker/metadata-action has them.
 * The same inputs and context give the same result; only `lookups` ask anybody, where the payload is not enough.
 * @throws MetadataError with all that is wrong with the inputs
 */
async function describeImage(inputs, context, lookups = {}) {
    const problems = new problems_Problems();
    const plan = parse(inputs, problems);
    problems.throwIfAny();
    const warnings = new Set();
    const scene = await gather(plan, context, lookups, warnings);
    const tags = await deriveTags(plan.rules, plan.flavor, scene, plan.isDefault, problems, warnings);
    const standard = standardLabels(scene, tags.version);
    const labels = mergeLabels([...standard, ...renderLabels('labels', plan.labels, scene, problems)]);
    const own = renderLabels('annotations', plan.annotations, scene, problems);
    problems.throwIfAny();
    const described = {
        tags: tags.names,
        version: tags.version,
        labels: Object.fromEntries(labels),
        annotations: levelAnnotations(standard, own, context.annotationLevels),
    };
    if (tags.names.length === 0) {
        warnings.add(`No rule of the input 'tags' gives a tag for the event ${scene.eventName} on ${scene.ref}`);
    }
    return {
        ...described,
        moving: tags.moving,
        warnings: [...warnings],
    };
}
/** The same image without some of its tags; its version is then by those that it has. */
function withoutTags(image, left) {
    const tags = image.tags.filter((tag) => !left.includes(tag));
    const version = left.includes(image.version) ? (tags[0] ?? '') : image.version;
    const label = 'org.opencontainers.image.version';
    const named = image.labels[label] === image.version;
    const labels = named ? { ...image.labels, [label]: version } : image.labels;
    const annotations = image.annotations.map((line) => line.endsWith(`:${label}=${image.version}`) ? line.slice(0, -image.version.length) + version : line);
    return { ...image, tags, version, labels, annotations };
}
function parse(inputs, problems) {
    const isDefault = inputs.tags.every((line) => line.trim() === '');
    const rules = readTagRules(isDefault ? DEFAULT_RULES : inputs.tags, problems);
    const flavor = readFlavor(inputs.flavor, problems);
    for (const rule of rules)
        checkLiteralTag(rule, flavor, problems);
    return {
        rules,
        isDefault,
        flavor,
        labels: readLabelLines('labels', inputs.labels, problems),
        annotations: readLabelLines('annotations', inputs.annotations, problems),
    };
}
/** The event, with what its payload lacks looked up. */
async function gather(plan, context, lookups, warnings) {
    const { sha } = namedCommit(context);
    const attempt = async (what, lookup) => {
        try {
            return (await lookup()) ?? null;
        }
        catch (error) {
            warnings.add(`GitHub's API did not give ${what}: ${error.message}`);
            return null;
        }
    };
    const findCommitDate = async () => {
        if (!templatesOf(plan).some(expressions/* needsCommitDate */.TI))
            return null;
        const known = commitDateInPayload(context.payload, sha);
        if (known !== null)
            return known;
        const found = await attempt("the commit's date, so that the current one stands in", () => lookups.commitDate?.(context.repository, sha));
        return found === null ? null : usableDate(found);
    };
    const findRepository = async () => {
        if (!needsRepositoryData(context))
            return null;
        return attempt("the repository's description and license", () => lookups.repository?.(context.repository));
    };
    const [repository, commitDate] = await Promise.all([findRepository(), findCommitDate()]);
    return readScene(context, describeRepository(context, repository), commitDate);
}
function templatesOf({ rules, flavor, labels, annotations }) {
    return [
        ...rules.flatMap((rule) => {
            const { enable, prefix, suffix } = rule;
            const pattern = rule.type === 'schedule' ? rule.pattern : null;
            const value = 'value' in rule ? rule.value : null;
            return [enable, prefix, suffix, pattern, value];
        }),
        flavor.prefix,
        flavor.suffix,
        ...[...labels, ...annotations].map(({ template }) => template),
    ];
}

;// CONCATENATED MODULE: ./lib/github.js


/**
 * GitHub as the runner tells of it; its API is asked, and its client loaded, only for what an event lacks.
 * @param env the job's environment
 * @param token the input github-token; empty: the API is asked nothing
 */
function connectGitHub(env, token) {
    const octokit = async () => (await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413))).getOctokit(token);
    const split = (repository) => {
        const [owner = '', repo = ''] = repository.split('/');
        return { owner, repo };
    };
    return {
        event: async () => readEventContext(env, await readPayload(env['GITHUB_EVENT_PATH']), new Date()),
        lookups: token === ''
            ? {}
            : {
                async repository(repository) {
                    const { data } = await (await octokit()).rest.repos.get(split(repository));
                    return {
                        name: data.name,
                        description: data.description,
                        url: data.html_url,
                        license: data.license?.spdx_id ?? null,
                        defaultBranch: data.default_branch,
                    };
                },
                async commitDate(repository, ref) {
                    const { data } = await (await octokit()).rest.repos.getCommit({ ...split(repository), ref });
                    const date = data.commit.committer?.date;
                    return date === undefined ? null : new Date(date);
                },
            },
    };
}
/** The event; without one, or with one that is no JSON, what the environment says has to do. */
async function readPayload(file) {
    if (!file)
        return {};
    try {
        return JSON.parse(await (0,promises_.readFile)(file, 'utf8'));
    }
    catch {
        return {};
    }
}

// EXTERNAL MODULE: ./lib/ecr/scans.js
var scans = __webpack_require__(9260);
;// CONCATENATED MODULE: ./lib/after/inputs.js

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
    const severity = scans/* SEVERITIES */.o.find((name) => name === value.toUpperCase());
    if (severity !== undefined)
        return severity;
    const allowed = scans/* SEVERITIES */.o.map((name) => name.toLowerCase());
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
        const file = external_node_path_.resolve(reader.source.cwd, given);
        if ((0,inputs_context/* kindOf */.I)(file) !== 'file') {
            reader.problem('secret-files', item, `there is no file ${file}; a path is relative to the workspace`);
            return [];
        }
        return [{ id, from: 'file', path: file }];
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
    return context.replace(/[#?].*$/, '');
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

;// CONCATENATED MODULE: ./lib/inputs/identity.js
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
    if (arn !== '' && !ROLE.test(arn)) {
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
        arn,
        sessionName: sessionName === '' ? defaultSessionName(reader.source.env['GITHUB_RUN_ID']) : sessionName,
        seconds: seconds === '' ? null : Number(seconds),
        audience: audience === '' ? 'sts.amazonaws.com' : audience,
    };
}
/** CloudTrail shows it with every call: with the run's id, a reader of it finds the run. */
function defaultSessionName(runId) {
    return runId !== undefined && /^\d{1,20}$/.test(runId) ? `ecr-build-push-${runId}` : 'ecr-build-push';
}

// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(178);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
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
    const problem = check(policy);
    return problem === null ? { text: JSON.stringify(policy) } : { problem };
}
function readInside(value, cwd) {
    try {
        const file = (0,external_node_fs_.realpathSync)(external_node_path_.resolve(cwd, value));
        const relative = external_node_path_.relative((0,external_node_fs_.realpathSync)(cwd), file);
        if (relative.startsWith('..') || external_node_path_.isAbsolute(relative)) {
            return { problem: `must be inside of the workspace (${cwd})` };
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
    const inputs = {
        repository,
        createRepository: reader.boolean('create-repository', true),
        settings: readRepositorySettings(reader, repository.registryType),
        updateRepository: reader.boolean('update-repository', false),
        role: readRole(reader),
        ifImageExists: readChoice(reader, 'if-image-exists', ['push', 'skip', 'fail']) ?? 'push',
        metadata,
        build,
        push,
        keepLogin: reader.boolean('keep-login', false),
        after: readAfter(reader, { push, registryType: repository.registryType }),
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
function readMetadata(reader) {
    const metadata = {
        tags: reader.lines('tags'),
        flavor: reader.lines('flavor'),
        labels: reader.list('labels', { commas: false }),
        annotations: reader.list('annotations', { commas: false }),
    };
    for (const { input, value, message } of findProblems(metadata))
        reader.problem(input, value, message);
    return metadata;
}

;// CONCATENATED MODULE: ./lib/already-there.js
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
    return JSON.parse(manifest).config?.digest;
}

;// CONCATENATED MODULE: ./lib/describe.js


/**
 * Tags, labels and annotations for this event.
 * @throws InputError with every rule that gives nothing valid for it
 */
async function describe(inputs, github) {
    try {
        return await describeImage(inputs, await github.event(), github.lookups);
    }
    catch (error) {
        throw error instanceof MetadataError ? new errors/* InputError */.dz(error.problems) : error;
    }
}

;// CONCATENATED MODULE: ./lib/report/outputs.js
/** The outputs that are known before anything is built. */
function metadataOutputs(name, { tags, version, labels }) {
    return {
        'image-name': tags[0] === undefined ? name : `${name}:${tags[0]}`,
        labels: labelLines(labels).join('\n'),
        tags: tags.join('\n'),
        version,
    };
}
/** `key=value`, as docker takes them. */
function labelLines(labels) {
    return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}
/** Everything for scripts: lists as lists, truth as truth, JSON as JSON. */
function jsonOutput(outputs, image) {
    const { 'image-uris': uris, 'repository-created': created, tags, metadata, pushed, ...texts } = outputs;
    return JSON.stringify({
        ...texts,
        tags: outputs_list(tags),
        labels: image.labels,
        annotations: image.annotations,
        pushed: pushed === 'true',
        ...(uris === undefined ? {} : { 'image-uris': outputs_list(uris) }),
        ...(created === undefined ? {} : { 'repository-created': created === 'true' }),
        ...(metadata === undefined ? {} : { metadata: JSON.parse(metadata) }),
    });
}
function outputs_list(lines) {
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
/** What the digest makes known that ECR holds under every tag. */
function imageOutputs(repositoryUri, tags, digest) {
    const uris = tags.map((tag) => `${repositoryUri}:${tag}`);
    return {
        'image-uri': uris[0],
        'image-uris': uris.join('\n'),
        digest,
        'digest-uri': `${repositoryUri}@${digest}`,
    };
}

// EXTERNAL MODULE: ./lib/ecr/mutability.js
var ecr_mutability = __webpack_require__(1912);
;// CONCATENATED MODULE: ./lib/ecr/settings.js
const NO_SETTINGS = {
    mutability: null,
    scanOnPush: null,
    encryption: null,
    resourceTags: null,
    lifecyclePolicy: null,
    repositoryPolicy: null,
};

;// CONCATENATED MODULE: ./lib/together.js

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
    const [first, ...others] = [
        ...new Map(known.map((failure) => [failure.remedy || failure.message, failure])).values(),
    ];
    if (others.length === 0)
        return first;
    const text = [first, ...others].map(errors/* explain */.WE).join('\n');
    return new errors/* ActionError */.lZ(text, '', { cause: first });
}

;// CONCATENATED MODULE: ./lib/repository.js





/**
 * Finds the repository, or creates it, and asks what the wanted tags name. What does not depend on each other is
 * asked at the same time.
 * @throws ActionError where it is absent and nobody may create it, where it cannot be brought to the settings, or
 * where a tag is taken
 */
async function ensureRepository(ecr, inputs, wanted, teller) {
    const { settings, updateRepository, ifImageExists } = inputs;
    const { name, alias } = inputs.repository;
    const [found, policies, early] = await together([
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
    const [repository, images] = await together([
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
    return withoutTags(wanted, left);
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
    const compared = updateRepository ? settings : NO_SETTINGS;
    const policies = await readPolicies(ecr, name, compared, updateRepository);
    const asked = ifImageExists === 'push' ? immutableTags(repository, image.tags) : image.tags;
    const [now, held] = await together([
        anySettings(compared) ? compare(ecr, repository, policies, inputs, teller) : repository,
        ecr.findImages(repository, asked),
    ]);
    refuseTakenTags(now, held, ifImageExists, image.tags);
    return { repository: now, created, image, images: held };
}
function absent(name) {
    return new errors/* ActionError */.lZ(`There is no repository '${name}' in ECR, and create-repository is false.`, "set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.");
}
/** A repository is found by its name in the account's own public registry; the URI may mean another's. */
function checkAlias({ uri }, alias) {
    const own = uri.split('/').at(1);
    if (alias === null || own === alias)
        return;
    throw new errors/* ActionError */.lZ(`The public registry of these credentials has the alias '${own}', and the input 'repository' says '${alias}'.`, `use credentials of the account that has the registry '${alias}', or correct 'repository' (${uri}).`);
}
function immutableTags({ mutability }, tags) {
    return tags.filter((tag) => (0,ecr_mutability/* isImmutable */.t)(mutability, tag));
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
        throw new errors/* ActionError */.lZ(`${repository.uri} has an image already under ${list}, and if-image-exists is fail.`, `${free} or set if-image-exists: skip to end well with the image that is there.`);
    }
    const skip = ifImageExists === 'skip'
        ? 'if-image-exists: skip needs every tag at one active image'
        : 'set if-image-exists: skip to end well where every tag is there at one image';
    throw new errors/* ActionError */.lZ(`${repository.uri} is immutable and has an image already under ${list}.`, `${free} let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION), or ${ifImageExists === 'skip' ? `reduce the tags: ${skip}` : skip}.`);
}

;// CONCATENATED MODULE: ./lib/prepare.js




async function prepareBuild(inputs, image, world) {
    return { engine: await inspect(inputs, world), image, target: null };
}
function inspect({ build, metadata, push }, world) {
    return world.docker.inspect(build, { push, annotations: metadata.annotations });
}
/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repository and the token side by side, and the login as soon as there is a token. With
 * `if-image-exists: skip` docker waits for the answer to whether it is needed at all.
 * @param wanted the image as the inputs name it; what comes back has the tags that the repository can take
 */
async function preparePush(inputs, wanted, world) {
    const ecr = await world.connectEcr(inputs);
    const ensuring = ensureRepository(ecr, inputs, wanted, world).then((ensured) => {
        const { repository, created, image } = ensured;
        if (repository !== null)
            world.setOutputs(repositoryOutputs(repository, created));
        if (image !== wanted)
            world.setOutputs(metadataOutputs(inputs.repository.name, image));
        return ensured;
    });
    const authorizing = ecr.authorize();
    if (inputs.ifImageExists === 'skip') {
        const [{ repository, image, images }] = await together([ensuring, authorizing]);
        const there = imageThere(images, image.tags);
        if (there !== null && repository !== null)
            return { there, image, ecr, repository };
    }
    const [engine, { repository, created, image }, after, login] = await together([
        inspect(inputs, world),
        ensuring,
        ensuring.then(({ repository }) => expectAfter(ecr, repository, inputs, world)),
        authorizing.then(async (token) => {
            const host = token.host ?? hostOf((await ensuring).repository);
            const login = { ...token, host };
            world.setOutputs({ registry: host });
            await world.docker.login(login, { keep: inputs.keepLogin });
            world.log(`Logged in to ${host}${inputs.keepLogin ? ', for the later steps too' : ''}`);
            return login;
        }),
    ]);
    // A repository that ECR creates on the push has the URI that the registry's host makes of its name.
    const uri = repository?.uri ?? `${login.host}/${inputs.repository.name}`;
    if (repository === null)
        world.setOutputs({ 'repository-uri': uri });
    const how = repository === null ? 'on push' : created ? 'yes' : 'no';
    return { engine, image, target: { ecr, uri, repository, created: how, after } };
}
/** What follows the push is loaded only where it is asked for. */
async function expectAfter(ecr, repository, { after }, world) {
    if (repository === null || (after.failOnSeverity === null && !after.waitForReplication))
        return null;
    const { prepareAfter } = await __webpack_require__.e(/* import() */ 161).then(__webpack_require__.bind(__webpack_require__, 7161));
    return prepareAfter(after, ecr, repository, world);
}
/** Where the API names no host with the token, every repository is on the same one. */
function hostOf(repository) {
    const host = repository?.uri.split('/')[0];
    if (host)
        return host;
    throw new errors/* ActionError */.lZ('ECR named no host to log in to.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
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
    let image = await describe(inputs.metadata, world.github);
    try {
        for (const warning of image.warnings)
            world.warn(warning);
        if (inputs.push && image.tags.length === 0)
            throw noTags();
        world.setOutputs({ ...metadataOutputs(name, image), pushed: 'false' });
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
    }
    finally {
        outer.setOutputs({ json: jsonOutput(outputs, image) });
    }
}
function noTags() {
    const message = 'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha';
    return new errors/* InputError */.dz([{ input: 'tags', value: '', message }]);
}
async function build({ engine, image, target }, inputs, world) {
    const { name, host } = inputs.repository;
    const repositoryUri = target?.uri ?? (host === null ? name : `${host}/${name}`);
    const uris = image.tags.map((tag) => `${repositoryUri}:${tag}`);
    const building = world.clock();
    const caches = await planCache(inputs, target, world);
    const built = await world.docker.build(engine, {
        ...inputs.build,
        ...caches,
        // docker/build-push-action has annotations only where it is given them; so do we.
        annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
        labels: labelLines(image.labels),
        references: uris,
        push: inputs.push,
    });
    const seconds = (world.clock() - building) / 1000;
    world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) });
    const common = { uris, imageId: built.imageId, engine: describeEngine(engine), seconds };
    if (target === null) {
        const { call } = inputs.build;
        world.log(call === null
            ? `Built ${uris.join(', ') || built.imageId}, not pushed (push: false)`
            : `Nothing was built: ${call} only asks the Dockerfile (call)`);
        const nothing = { digestUri: null, sizeInBytes: null, repositoryCreated: false, verdict: null };
        return { ...common, ...nothing, outcome: 'built' };
    }
    const held = await readBack(target, name, image.tags, built.digest);
    world.setOutputs({ ...imageOutputs(repositoryUri, image.tags, held.digest), pushed: 'true' });
    for (const uri of uris)
        world.log(`Pushed ${uri}`);
    world.log(`Digest ${repositoryUri}@${held.digest}`);
    return {
        ...common,
        outcome: 'pushed',
        digestUri: `${repositoryUri}@${held.digest}`,
        sizeInBytes: held.sizeInBytes,
        repositoryCreated: target.created !== 'no',
        verdict: await verify(target, held, inputs, world),
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
/** The end of a run that has nothing to do: all outputs, from the image that is there. */
async function tellThere(ready, inputs, world) {
    const { there, image, ecr, repository } = ready;
    const uris = image.tags.map((tag) => `${repository.uri}:${tag}`);
    const known = await describeThere(ecr, repository, there, uris);
    const digestUri = `${repository.uri}@${there.digest}`;
    world.setOutputs({
        registry: hostOf(repository),
        ...imageOutputs(repository.uri, image.tags, there.digest),
        ...(known.imageId === null ? {} : { imageid: known.imageId }),
        metadata: JSON.stringify(known.metadata),
        pushed: 'false',
    });
    for (const uri of uris)
        world.log(`${uri} is there already`);
    world.log(`Digest ${digestUri}; nothing was built (if-image-exists: skip)`);
    // A gate that held the image back in an earlier run holds it back in this one too.
    const after = await expectAfter(ecr, repository, inputs, world);
    return {
        outcome: 'there',
        uris,
        digestUri,
        imageId: known.imageId,
        sizeInBytes: there.sizeInBytes,
        repositoryCreated: false,
        engine: null,
        seconds: 0,
        verdict: (await after?.verify(there)) ?? null,
    };
}
/** What follows the push; for a repository that ECR created on it, also what only ECR knew until now. */
async function verify(target, held, inputs, world) {
    if (target.created !== 'on push')
        return (await target.after?.verify(held)) ?? null;
    const repository = await target.ecr.findRepository(inputs.repository.name);
    if (repository === null)
        return null;
    world.setOutputs(repositoryOutputs(repository, true));
    world.log(`ECR created the repository ${repository.uri} on the push`);
    try {
        const after = await expectAfter(target.ecr, repository, inputs, world);
        return (await after?.verify(held)) ?? null;
    }
    catch (failure) {
        // Known so late, it fails the step after the summary, as all that comes after a push.
        return { sections: [], failure };
    }
}
/**
 * What ECR itself holds, after the push: the only digest that is worth an output.
 * @throws ActionError where a tag is not there, or names another image
 */
async function readBack({ ecr, uri }, name, tags, built) {
    const images = await ecr.findImages({ name }, tags);
    const first = images.get(tags[0]);
    const expected = built ?? first?.digest;
    const wrong = tags.filter((tag) => images.get(tag)?.digest !== expected);
    if (first !== undefined && wrong.length === 0)
        return first;
    const found = wrong.map((tag) => `${tag} is ${images.get(tag)?.digest ?? 'absent'}`).join(', ');
    throw new errors/* ActionError */.lZ(`After the push, ECR does not hold ${expected ?? 'the image'} under every tag of ${uri}: ${found}.`, 'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).');
}
function describeEngine(engine) {
    const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`;
    return `Docker ${engine.serverVersion}, ${buildx}`;
}

// EXTERNAL MODULE: ./lib/report/summary.js
var summary = __webpack_require__(3394);
// EXTERNAL MODULE: ./lib/state.js
var state = __webpack_require__(7390);
;// CONCATENATED MODULE: ./lib/action.js








/** The main step: wires the real world, and has the one catch. */
async function main() {
    (0,state/* rememberForPost */.j)(null);
    const docker = openDocker(process.env, (onDisk) => (0,state/* rememberForPost */.j)(onDisk), annotate);
    try {
        const inputs = readInputs({
            get: (name) => core/* getInput */.V4(name, { trimWhitespace: false }),
            env: process.env,
            cwd: process.cwd(),
            mask: core/* setSecret */.Pq,
        });
        const world = {
            connectEcr: async (target) => {
                const { connectEcr } = await __webpack_require__.e(/* import() */ 827).then(__webpack_require__.bind(__webpack_require__, 1827));
                return connectEcr(target, {
                    env: process.env,
                    workflow: {
                        hasIdToken: Boolean(process.env['ACTIONS_ID_TOKEN_REQUEST_URL']),
                        idToken: core/* getIDToken */.V9,
                    },
                    mask: core/* setSecret */.Pq,
                    notice: (line) => core/* notice */.lm(line),
                });
            },
            docker,
            github: connectGitHub(process.env, core/* getInput */.V4('github-token')),
            setOutputs: (outputs) => {
                for (const [name, value] of Object.entries(outputs))
                    core/* setOutput */.uH(name, value);
            },
            summarize: async (facts) => {
                if (process.env['GITHUB_STEP_SUMMARY'])
                    await core/* summary */.z.addRaw((0,summary/* renderSummary */.B)(facts)).write();
            },
            log: (line) => core/* info */.pq(line),
            notice: (line) => core/* notice */.lm(line),
            warn: (line) => core/* warning */.$e(line),
            clock: () => performance.now(),
            sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
        };
        await run(inputs, world);
    }
    catch (error) {
        core/* setFailed */.C1((0,errors/* explain */.WE)(error));
        if (error instanceof errors/* ActionError */.lZ && error.place !== null) {
            annotate('error', error.place.message, error.place);
        }
        if (error instanceof Error && core/* isDebug */._o())
            core/* debug */.Yz(error.stack ?? '');
    }
    finally {
        await docker.close().catch((error) => core/* warning */.$e((0,errors/* explain */.WE)(error)));
    }
}
/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message */
function annotate(kind, message, place) {
    const properties = place === undefined ? {} : { file: place.file, startLine: place.line, endLine: place.endLine };
    if (kind === 'error')
        core/* error */.z3(message, properties);
    else if (kind === 'warning')
        core/* warning */.$e(message, properties);
    else
        core/* notice */.lm(message, properties);
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
    /** Where in the user's files it is, where that is known. */
    place;
    constructor(what, remedy, options) {
        super(what, options);
        this.remedy = remedy;
        this.place = options?.place ?? null;
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


/***/ }),

/***/ 8878:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ isEnabled),
/* harmony export */   a: () => (/* binding */ readAttestations)
/* harmony export */ });
/* harmony import */ var _csv_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6447);
/* harmony import */ var _github_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4454);
/* harmony import */ var _reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(178);



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



const TEMPLATE = /\{\{\s*([^{}]*?)\s*\}\}/g;
/** The inputs `context` and `file`. */
function readContext(reader) {
    const given = reader.text('context');
    const rendered = renderDefaultContext(reader, 'context', given);
    if (isRemote(rendered))
        return { context: rendered, file: reader.text('file') || null };
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
    return value.replaceAll(TEMPLATE, (template, name) => {
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
    const commit = head ? ((0,_github_js__WEBPACK_IMPORTED_MODULE_2__/* .readPullRequestHead */ .Vs)(env) ?? ref.replace(/merge$/, 'head')) : sha || ref;
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
/* harmony import */ var _reader_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(178);


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
    const serverUrl = (env['GITHUB_SERVER_URL'] || 'https://github.com').replace(/\/+$/, '');
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

/***/ 178:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ Reader),
/* harmony export */   y: () => (/* binding */ parseBoolean)
/* harmony export */ });
/* harmony import */ var csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5175);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(452);


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

/***/ 4022:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  gg: () => (/* binding */ DATES),
  M_: () => (/* binding */ GLOBAL),
  O7: () => (/* binding */ PEP440),
  HX: () => (/* binding */ SEMVER),
  wE: () => (/* binding */ compile),
  ru: () => (/* binding */ globalFunctions),
  TI: () => (/* binding */ needsCommitDate)
});

;// CONCATENATED MODULE: ./lib/metadata/dates.js
/**
 * Dates by Moment's format tokens (https://momentjs.com/docs/#/displaying/format/) in English, in any time zone
 * that the JavaScript engine knows. No light library has Moment's tokens: day.js, date-fns and Luxon each differ
 * in some, and Moment itself brings its own copy of the time-zone database.
 */
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const DAY = 86_400_000;
const TOKENS = /\[[^[]*\]|\\?(?:[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do|wo|ww?|Wo|WW?|Qo?|N{1,5}|YYYYYY|YYYYY|YYYY|YY|Y|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|[\s\S])/g;
const SHORTHANDS = /\[[^[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})/g;
const LONG = {
    LT: 'h:mm A',
    LTS: 'h:mm:ss A',
    L: 'MM/DD/YYYY',
    LL: 'MMMM D, YYYY',
    LLL: 'MMMM D, YYYY h:mm A',
    LLLL: 'dddd, MMMM D, YYYY h:mm A',
    l: 'M/D/YYYY',
    ll: 'MMM D, YYYY',
    lll: 'MMM D, YYYY h:mm A',
    llll: 'ddd, MMM D, YYYY h:mm A',
};
/** Whether the JavaScript engine knows a time zone. */
function isTimeZone(zone) {
    try {
        new Intl.DateTimeFormat('en-US', { timeZone: zone });
        return zone !== '';
    }
    catch {
        return false;
    }
}
/**
 * What is wrong with a format in a time zone; null where it can be rendered at any time.
 */
function dateProblem(format, zone) {
    if (!isTimeZone(zone))
        return `tz='${zone}' is not a time zone, such as 'UTC' or 'Asia/Seoul'`;
    const named = (expand(format).match(TOKENS) ?? []).some((token) => token === 'z' || token === 'zz');
    // Engines know the letters of few zones (EST, but not KST): a tag must not depend on that.
    if (named && !isUtc(zone))
        return `the token z, a zone's abbreviation, is only known for UTC; use ZZ (${zone}'s offset)`;
    return null;
}
/**
 * @param instant a valid date of the years 1000 to 9999
 * @param format of Moment's tokens; empty for ISO 8601
 * @param zone one that isTimeZone knows
 */
function formatDate(instant, format, zone) {
    const moment = onTheWall(instant, zone);
    const iso = moment.offsetMinutes === 0 ? 'YYYY-MM-DDTHH:mm:ss[Z]' : 'YYYY-MM-DDTHH:mm:ssZ';
    return expand(format === '' ? iso : format).replace(TOKENS, (token) => {
        const value = field(token, moment);
        if (value !== null)
            return value;
        return token.startsWith('[') && token.length > 1 ? token.slice(1, -1) : token.replaceAll('\\', '');
    });
}
/** The letters L to LLLL, l to llll, LT and LTS stand for whole formats. */
function expand(format) {
    return format.replace(SHORTHANDS, (token) => (Object.hasOwn(LONG, token) ? LONG[token] : token));
}
function isUtc(zone) {
    return /^(?:Etc\/)?(?:UTC|UCT|Zulu|Universal)$/i.test(zone);
}
function onTheWall(instant, zone) {
    if (isUtc(zone))
        return { instant, wall: instant, offsetMinutes: 0 };
    const parts = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
    }).formatToParts(instant);
    const part = (type) => Number(parts.find((candidate) => candidate.type === type)?.value);
    const wall = new Date(0);
    wall.setUTCFullYear(part('year'), part('month') - 1, part('day'));
    wall.setUTCHours(part('hour'), part('minute'), part('second'), instant.getUTCMilliseconds());
    return { instant, wall, offsetMinutes: Math.round((wall.getTime() - instant.getTime()) / 60_000) };
}
/** A token's value, or null for one that stands for itself. */
function field(token, { instant, wall, offsetMinutes }) {
    const year = wall.getUTCFullYear();
    const month = wall.getUTCMonth();
    const day = wall.getUTCDate();
    const weekday = wall.getUTCDay();
    const hour = wall.getUTCHours();
    const minute = wall.getUTCMinutes();
    const second = wall.getUTCSeconds();
    const hour12 = hour % 12 || 12;
    const isoWeekday = weekday || 7;
    const yearDay = Math.floor((wall.getTime() - yearStart(year)) / DAY) + 1;
    switch (token) {
        case 'M':
        case 'MM':
            return pad(month + 1, token.length);
        case 'Mo':
            return ordinal(month + 1);
        case 'MMM':
            return MONTHS[month].slice(0, 3);
        case 'MMMM':
            return MONTHS[month];
        case 'Q':
            return String(Math.floor(month / 3) + 1);
        case 'Qo':
            return ordinal(Math.floor(month / 3) + 1);
        case 'D':
        case 'DD':
            return pad(day, token.length);
        case 'Do':
            return ordinal(day);
        case 'DDD':
            return String(yearDay);
        case 'DDDD':
            return pad(yearDay, 3);
        case 'DDDo':
            return ordinal(yearDay);
        case 'd':
        case 'e':
            return String(weekday);
        case 'do':
            return ordinal(weekday);
        case 'dd':
        case 'ddd':
            return WEEKDAYS[weekday].slice(0, token.length);
        case 'dddd':
            return WEEKDAYS[weekday];
        case 'E':
            return String(isoWeekday);
        case 'w':
        case 'ww':
            return pad(localWeek(wall).week, token.length);
        case 'wo':
            return ordinal(localWeek(wall).week);
        case 'W':
        case 'WW':
            return pad(isoWeek(wall).week, token.length);
        case 'Wo':
            return ordinal(isoWeek(wall).week);
        case 'YY':
            return pad(year % 100, 2);
        case 'Y':
            return pad(year, 4);
        case 'YYYY':
        case 'YYYYY':
            return pad(year, token.length);
        case 'YYYYYY':
            return `+${pad(year, 6)}`;
        case 'y':
        case 'yy':
        case 'yyy':
        case 'yyyy':
            return pad(year, token.length);
        case 'yo':
            return ordinal(year);
        case 'N':
        case 'NN':
        case 'NNN':
        case 'NNNNN':
            return 'AD';
        case 'NNNN':
            return 'Anno Domini';
        case 'gg':
            return pad(localWeek(wall).year % 100, 2);
        case 'gggg':
        case 'ggggg':
            return pad(localWeek(wall).year, token.length);
        case 'GG':
            return pad(isoWeek(wall).year % 100, 2);
        case 'GGGG':
        case 'GGGGG':
            return pad(isoWeek(wall).year, token.length);
        case 'a':
            return hour < 12 ? 'am' : 'pm';
        case 'A':
            return hour < 12 ? 'AM' : 'PM';
        case 'H':
        case 'HH':
            return pad(hour, token.length);
        case 'h':
        case 'hh':
            return pad(hour12, token.length);
        case 'k':
        case 'kk':
            return pad(hour || 24, token.length);
        case 'm':
        case 'mm':
            return pad(minute, token.length);
        case 's':
        case 'ss':
            return pad(second, token.length);
        case 'Hmm':
            return `${hour}${pad(minute, 2)}`;
        case 'Hmmss':
            return `${hour}${pad(minute, 2)}${pad(second, 2)}`;
        case 'hmm':
            return `${hour12}${pad(minute, 2)}`;
        case 'hmmss':
            return `${hour12}${pad(minute, 2)}${pad(second, 2)}`;
        case 'X':
            return String(Math.floor(instant.getTime() / 1000));
        case 'x':
            return String(instant.getTime());
        case 'z':
        case 'zz':
            return 'UTC';
        case 'Z':
            return offset(offsetMinutes, ':');
        case 'ZZ':
            return offset(offsetMinutes, '');
    }
    return /^S{1,9}$/.test(token)
        ? pad(wall.getUTCMilliseconds(), 3).padEnd(9, '0').slice(0, token.length)
        : null;
}
function pad(value, length) {
    return String(value).padStart(length, '0');
}
function ordinal(value) {
    const teen = Math.floor((value % 100) / 10) === 1;
    return value + (teen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th'));
}
function offset(minutes, separator) {
    const absolute = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60), 2)}${separator}${pad(absolute % 60, 2)}`;
}
function yearStart(year) {
    return new Date(0).setUTCFullYear(year, 0, 1);
}
/** A week belongs to the year that its Thursday is in, and starts on Monday (ISO 8601). */
function isoWeek(wall) {
    return weekOf(wall.getTime() + (4 - (wall.getUTCDay() || 7)) * DAY);
}
/** English weeks start on Sunday; the one with January 1 is the first, so a week's Saturday says its year. */
function localWeek(wall) {
    return weekOf(wall.getTime() + (6 - wall.getUTCDay()) * DAY);
}
function weekOf(decidingDay) {
    const year = new Date(decidingDay).getUTCFullYear();
    return { week: Math.floor((decidingDay - yearStart(year)) / DAY / 7) + 1, year };
}

// EXTERNAL MODULE: ./lib/metadata/template.js
var metadata_template = __webpack_require__(7071);
;// CONCATENATED MODULE: ./lib/metadata/expressions.js


/** In values, prefixes, suffixes, `enable`, labels and annotations. */
const GLOBAL = new Map([
    ['branch', 'plain'],
    ['tag', 'plain'],
    ['sha', 'plain'],
    ['base_ref', 'plain'],
    ['is_default_branch', 'plain'],
    ['is_not_default_branch', 'plain'],
    ['date', 'date'],
    ['commit_date', 'date'],
]);
/** In the pattern of `type=schedule`. */
const DATES = new Map([
    ['date', 'date'],
    ['commit_date', 'date'],
]);
/** In the pattern of `type=pep440`. */
const PEP440 = new Map(['version', 'raw', 'major', 'minor', 'patch'].map((name) => [name, 'plain']));
/** In the pattern of `type=semver`. */
const SEMVER = new Map([...PEP440, ['build', 'plain']]);
/**
 * A template whose dates can be rendered.
 * @throws TemplateError
 */
function compile(text, vocabulary) {
    const template = (0,metadata_template/* parseTemplate */.QC)(text, vocabulary);
    for (const part of template) {
        if (typeof part === 'string' || part.argument === null)
            continue;
        const problem = dateProblem(part.argument, zoneOf(part));
        if (problem !== null)
            throw new metadata_template/* TemplateError */.$w(`{{${part.name} '${part.argument}'}}: ${problem}`);
    }
    return template;
}
/** Whether a template needs the time of the commit. */
function needsCommitDate(template) {
    return (0,metadata_template/* calls */.Kr)(template, 'commit_date');
}
/** The values of GLOBAL, and so of DATES, for an event. */
function globalFunctions(scene) {
    return {
        branch: () => scene.branch ?? '',
        tag: () => scene.tag ?? '',
        sha: () => scene.shortSha,
        base_ref: () => scene.baseRef,
        is_default_branch: () => String(scene.isDefaultBranch),
        is_not_default_branch: () => String(!scene.isDefaultBranch),
        date: (expression) => formatDate(scene.now, expression.argument ?? '', zoneOf(expression)),
        commit_date: (expression) => formatDate(scene.commitDate, expression.argument ?? '', zoneOf(expression)),
    };
}
function zoneOf({ options }) {
    return options.get('tz') ?? 'UTC';
}


/***/ }),

/***/ 7071:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $w: () => (/* binding */ TemplateError),
/* harmony export */   Kr: () => (/* binding */ calls),
/* harmony export */   QC: () => (/* binding */ parseTemplate),
/* harmony export */   Xm: () => (/* binding */ renderTemplate)
/* harmony export */ });
/** What is wrong with a template, for a person. */
class TemplateError extends Error {
}
const ESCAPES = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#x27;',
    '`': '&#x60;',
    '=': '&#x3D;',
};
/**
 * @param text what the user wrote
 * @param vocabulary the names that may be called there
 * @throws TemplateError for an expression that is not closed, not known, or called in a wrong way
 */
function parseTemplate(text, vocabulary) {
    const parts = [];
    let at = 0;
    while (at < text.length) {
        const open = text.indexOf('{{', at);
        if (open < 0) {
            parts.push(text.slice(at));
            break;
        }
        // As in Handlebars: a backslash keeps `{{` as text, up to the next `{{`; two are one backslash.
        if (text[open - 1] === '\\' && open > at) {
            if (text[open - 2] === '\\' && open - 1 > at)
                parts.push(text.slice(at, open - 1));
            else {
                const next = text.slice(open + 2).search(/\\{0,2}\{\{/);
                const end = next < 0 ? text.length : open + 2 + next;
                parts.push(text.slice(at, open - 1), text.slice(open, end));
                at = end;
                continue;
            }
        }
        else if (open > at)
            parts.push(text.slice(at, open));
        const { expression, end } = parseExpression(text, open, vocabulary);
        parts.push(expression);
        at = end;
    }
    return parts.filter((part) => part !== '');
}
// A mustache: `{{`, `{{{` or `{{&`, a name, an argument, options, and the closing braces. Each part starts with
// a character that none before it can hold, so matching is linear.
const OPEN = /\{\{(\{|&)?\s*/y;
const NAME = /([a-zA-Z_][a-zA-Z0-9_]*)\s*/y;
const OPTION = /([a-zA-Z_][a-zA-Z0-9_]*)=/y;
const STRING = /(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)")\s*/y;
const CLOSE = /\}\}\}?/y;
function parseExpression(text, start, vocabulary) {
    let at = start;
    const take = (pattern) => {
        pattern.lastIndex = at;
        const match = pattern.exec(text);
        if (match !== null)
            at += match[0].length;
        return match;
    };
    const shown = () => {
        const close = text.indexOf('}}', start);
        return close < 0 ? text.slice(start) : text.slice(start, close + 2);
    };
    const kind = take(OPEN)?.[1];
    const name = take(NAME)?.[1];
    if (name === undefined || !vocabulary.has(name)) {
        if (!text.includes('}}', start))
            throw new TemplateError(`${shown()} is not closed with }}`);
        throw new TemplateError(`${shown()} is not an expression that is known here; ${describe(vocabulary)}`);
    }
    const argument = take(STRING);
    const options = new Map();
    for (let key = take(OPTION)?.[1]; key !== undefined; key = take(OPTION)?.[1]) {
        const value = take(STRING);
        if (value === null)
            throw new TemplateError(`${shown()}: ${key} needs a quoted value`);
        options.set(key, unquote(value));
    }
    const close = take(CLOSE)?.[0];
    const wanted = kind === '{' ? '}}}' : '}}';
    if (close !== wanted) {
        if (!text.includes('}}', start))
            throw new TemplateError(`${shown()} is not closed with ${wanted}`);
        throw new TemplateError(`${shown()} cannot be read; ${describe(vocabulary)}`);
    }
    const expression = {
        name,
        argument: argument === null ? null : unquote(argument),
        options,
        escape: kind === undefined,
    };
    checkCall(expression, shown(), vocabulary);
    return { expression, end: at };
}
function checkCall({ name, argument, options }, shown, vocabulary) {
    if (vocabulary.get(name) === 'plain') {
        if (argument === null && options.size === 0)
            return;
        throw new TemplateError(`${shown}: ${name} takes no argument`);
    }
    if (argument === null)
        throw new TemplateError(`${shown}: ${name} needs a format: {{${name} 'YYYYMMDD'}}`);
    for (const key of options.keys()) {
        if (key !== 'tz')
            throw new TemplateError(`${shown}: ${name} has no option ${key}; it has tz='Asia/Seoul'`);
    }
}
function unquote(match) {
    return match[1] === undefined
        ? match[2].replaceAll('\\"', '"')
        : match[1].replaceAll("\\'", "'");
}
function describe(vocabulary) {
    const names = [...vocabulary].map(([name, kind]) => kind === 'date' ? `{{${name} 'YYYYMMDD' tz='UTC'}}` : `{{${name}}}`);
    return `it can be ${names.join(', ')}`;
}
/**
 * The template's text. As in Handlebars, `& < > " ' =` and the backtick in a value become HTML entities, unless
 * the expression has three braces: in a tag they end as hyphens either way, and the same ones as elsewhere.
 */
function renderTemplate(template, functions) {
    return template
        .map((part) => {
        if (typeof part === 'string')
            return part;
        const value = functions[part.name]?.(part) ?? '';
        return part.escape ? value.replace(/[&<>"'`=]/g, (character) => ESCAPES[character]) : value;
    })
        .join('');
}
/** Whether a template calls a name. */
function calls(template, name) {
    return template?.some((part) => typeof part !== 'string' && part.name === name) ?? false;
}


/***/ }),

/***/ 3394:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ renderSummary),
/* harmony export */   a: () => (/* binding */ code)
/* harmony export */ });
/**
 * The job summary, as GitHub's Markdown.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
function renderSummary(facts) {
    const rows = [
        [HEADS[facts.outcome].row, facts.uris.map(code).join('<br>')],
        ...(facts.digestUri === null
            ? []
            : [['Deploy by digest', code(facts.digestUri)]]),
        ...(facts.imageId === null ? [] : [['Image ID', code(facts.imageId)]]),
        ...(facts.sizeInBytes === null
            ? []
            : [['Size in ECR', `${megabytes(facts.sizeInBytes)} (compressed)`]]),
        ['Repository', code(facts.name) + (facts.repositoryCreated ? ', created by this run' : '')],
        ...(facts.engine === null ? [] : [['Built by', code(facts.engine)]]),
        ['Time', time(facts)],
    ];
    const lines = rows.map(([key, value]) => `| ${key} | ${value} |`);
    return [
        `### ${HEADS[facts.outcome].title} ${code(facts.name)}`,
        '',
        '| | |',
        '| --- | --- |',
        ...lines,
        '',
        ...facts.sections,
    ].join('\n');
}
const HEADS = {
    pushed: { title: 'Pushed', row: 'Image' },
    built: { title: 'Built', row: 'Built, not pushed' },
    there: { title: 'Already in ECR:', row: 'There already, not built' },
};
function time({ engine, seconds }) {
    const total = `${seconds.total.toFixed(1)} s`;
    return engine === null ? total : `${total}, of which build and push ${seconds.build.toFixed(1)} s`;
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


/***/ })

};
