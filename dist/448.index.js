export const id = 448;
export const ids = [448];
export const modules = {

/***/ 448:
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
            return buildWithBuildx(request, engine.buildxVersion, tools);
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

// EXTERNAL MODULE: ./lib/inputs/reader.js
var inputs_reader = __webpack_require__(178);
;// CONCATENATED MODULE: ./lib/inputs.js



// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html (repositoryName)
const REPOSITORY_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const ACCOUNT_ID = /^\d{12}$/;
const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
// `ACCOUNT.dkr.ecr.REGION.SUFFIX`, `….dkr.ecr-fips.…` and the dual-stack `ACCOUNT.dkr-ecr.REGION.on.aws`, in
// every partition: the suffix is left open, since the API returns the host that is used.
const REGISTRY_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/;
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
        metadata,
        build,
        push,
        keepLogin: reader.boolean('keep-login', false),
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

// EXTERNAL MODULE: ./lib/ecr/mutability.js
var mutability = __webpack_require__(1912);
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
    const { name, host } = inputs.repository;
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
        const repositoryUri = ready.target?.repository.uri ?? (host === null ? name : `${host}/${name}`);
        const uris = image.tags.map((tag) => `${repositoryUri}:${tag}`);
        const building = world.clock();
        const caches = await planCache(inputs, ready.target?.repository ?? null, world);
        const built = await world.docker.build(ready.engine, {
            ...inputs.build,
            ...caches,
            // docker/build-push-action has annotations only where it is given them; so do we.
            annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
            labels: labelLines(image.labels),
            references: uris,
            push: inputs.push,
        });
        const buildSeconds = (world.clock() - building) / 1000;
        world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) });
        let held = null;
        if (ready.target !== null) {
            held = await readBack(ready.target, image.tags, built.digest);
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
            const { call } = inputs.build;
            world.log(call === null
                ? `Built ${uris.join(', ') || built.imageId}, not pushed (push: false)`
                : `Nothing was built: ${call} only asks the Dockerfile (call)`);
        }
        if (!inputs.summary || inputs.build.call !== null)
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
    finally {
        outer.setOutputs({ json: jsonOutput(outputs, image) });
    }
}
function noTags() {
    const message = 'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha';
    return new errors/* InputError */.dz([{ input: 'tags', value: '', message }]);
}
async function prepareBuild(inputs, image, world) {
    return { engine: await inspect(inputs, world), image, target: null };
}
function inspect({ build, metadata, push }, world) {
    return world.docker.inspect(build, { push, annotations: metadata.annotations });
}
/** Turns a preset into caches in the repository that is now known. */
async function planCache({ build, repository: { name } }, repository, world) {
    if (build.cache === null)
        return {};
    const { presetCache } = await __webpack_require__.e(/* import() */ 354).then(__webpack_require__.bind(__webpack_require__, 5354));
    const { warnings, ...caches } = presetCache(build.cache, name, repository);
    for (const warning of warnings)
        world.warn(warning);
    return caches;
}
/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repository and the token side by side, and the login as soon as there is a token.
 */
async function preparePush(inputs, wanted, world) {
    const ecr = await world.connectEcr(inputs.repository);
    const [engine, { target, image }] = await together([
        inspect(inputs, world),
        prepareTarget(ecr, inputs, wanted, world),
        ecr.authorize().then(async (login) => {
            world.setOutputs({ registry: login.host });
            await world.docker.login(login, { keep: inputs.keepLogin });
            world.log(`Logged in to ${login.host}${inputs.keepLogin ? ', for the later steps too' : ''}`);
        }),
    ]);
    return { engine, image, target };
}
async function prepareTarget(ecr, inputs, wanted, world) {
    const target = await ensureRepository(ecr, inputs, world);
    return { target, image: await chooseTags(target, wanted, world) };
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
    return { ecr, repository, created };
}
/**
 * The tags that the repository can take: of an immutable one, those of our own choosing that move are left out.
 * @throws ActionError for tags that ECR would refuse only after a whole build, and without a reason that docker
 *   passes on
 */
async function chooseTags(target, wanted, world) {
    const { ecr, repository, created } = target;
    const immutable = new Set(wanted.tags.filter((tag) => (0,mutability/* isImmutable */.t)(repository.mutability, tag)));
    const left = wanted.tags.filter((tag) => immutable.has(tag) && wanted.moving.has(tag));
    const image = left.length === 0 ? wanted : withoutTags(wanted, left);
    if (left.length > 0) {
        world.setOutputs(metadataOutputs(repository.name, image));
        world.notice(`${repository.uri} is immutable: the default tags that move are left out (${left.join(', ')}). Name them in the input 'tags' to have them all the same.`);
    }
    const fixed = image.tags.filter((tag) => immutable.has(tag));
    if (created || fixed.length === 0)
        return image;
    const taken = await ecr.findImages(repository, fixed);
    if (taken.size === 0)
        return image;
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
    const [first, ...others] = [
        ...new Map(known.map((failure) => [failure.remedy || failure.message, failure])).values(),
    ];
    if (others.length === 0)
        return first;
    const text = [first, ...others].map(errors/* explain */.WE).join('\n');
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
    const docker = openDocker(process.env, (onDisk) => (0,state/* rememberForPost */.j)(onDisk), annotate);
    try {
        const inputs = readInputs({
            get: (name) => core/* getInput */.V4(name, { trimWhitespace: false }),
            env: process.env,
            cwd: process.cwd(),
            mask: core/* setSecret */.Pq,
        });
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
            github: connectGitHub(process.env, core/* getInput */.V4('github-token')),
            setOutputs: (outputs) => {
                for (const [name, value] of Object.entries(outputs))
                    core/* setOutput */.uH(name, value);
            },
            summarize: async (facts) => {
                if (process.env['GITHUB_STEP_SUMMARY'])
                    await core/* summary */.z.addRaw(renderSummary(facts)).write();
            },
            log: (line) => core/* info */.pq(line),
            notice: (line) => core/* notice */.lm(line),
            warn: (line) => core/* warning */.$e(line),
            clock: () => performance.now(),
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


/***/ })

};
