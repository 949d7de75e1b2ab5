export const id = 744;
export const ids = [744];
export const modules = {

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

/***/ 2685:
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

/***/ 5744:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   post: () => (/* binding */ post)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var _docker_config_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7643);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2685);



/**
 * The post step: puts the user's Docker configuration back and removes the step's own folder, also after a main
 * step that failed or was killed. A failure is a warning: the job's result is not decided here.
 */
async function post(onDisk) {
    if (onDisk === null)
        return;
    try {
        if (onDisk.kept !== null)
            await (0,_docker_config_js__WEBPACK_IMPORTED_MODULE_1__/* .removeKeptLogin */ .yx)(onDisk.kept);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(onDisk.folder, { recursive: true, force: true });
    }
    catch (error) {
        const text = (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explain */ .WE)(error).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
        process.stdout.write(`::warning::${text}\n`);
    }
}


/***/ })

};
