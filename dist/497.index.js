export const id = 497;
export const ids = [497,513];
export const modules = {

/***/ 3497:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   post: () => (/* binding */ post)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var _docker_kept_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2894);
/* harmony import */ var _runner_state_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5223);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2730);
/* harmony import */ var _shared_log_line_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6866);





/**
 * The post step: puts the user's Docker configuration back and removes the step's own folder, also after a main
 * step that failed or was killed; what that one had started is ended first, as it would go on to push. A failure is
 * a warning: the job's result is not decided here.
 */
async function post() {
    const left = (0,_runner_state_js__WEBPACK_IMPORTED_MODULE_2__/* .recallInPost */ .r)();
    if (left === null)
        return;
    const { onDisk, running } = left;
    const steps = [
        async () => {
            if (running === null)
                return;
            const { endProcesses, markedProcesses } = await __webpack_require__.e(/* import() */ 856).then(__webpack_require__.bind(__webpack_require__, 6856));
            await endProcesses(() => markedProcesses(running), 'SIGTERM');
        },
        // The folder first: on a full disk its going makes room for the other.
        async () => onDisk && (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(onDisk.folder, { recursive: true, force: true }),
        async () => onDisk?.kept && (0,_docker_kept_login_js__WEBPACK_IMPORTED_MODULE_1__/* .removeKeptLogin */ .y)(onDisk.kept),
    ];
    for (const step of steps) {
        await step().catch((error) => {
            process.stdout.write(`::warning::${(0,_shared_log_line_js__WEBPACK_IMPORTED_MODULE_4__/* .commandValue */ .p)((0,_shared_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .explain */ .WE)(error))}\n`);
        });
    }
}


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

/***/ 2894:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  addKeptLogin: () => (/* binding */ addKeptLogin),
  nameKeptLogin: () => (/* binding */ nameKeptLogin),
  y: () => (/* binding */ removeKeptLogin)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/docker/config.js
var docker_config = __webpack_require__(5960);
// EXTERNAL MODULE: ./lib/docker/files.js
var files = __webpack_require__(2851);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/docker/lock.js






/** A lock is held for milliseconds: one that is this old has lost its holder. */
const STALE_MS = 20_000;
const WAIT_MS = 30_000;
/**
 * Runs something while no other job of this machine runs something under the same lock. A lock of a process that
 * has ended, or has held it for longer than the work can take, is broken.
 * Own code, as a lock that many processes wait for is an exclusive file and 40 lines; the package that is known for
 * it (proper-lockfile) has had no release since 2021.
 * @param file is there while the lock is held; its folder exists
 * @throws ActionError where it cannot be had in time
 */
async function withLock(file, work, { wait = WAIT_MS, stale = STALE_MS } = {}) {
    const where = await placeOfProcess();
    const mark = JSON.stringify({ pid: process.pid, where, id: (0,external_node_crypto_.randomUUID)() });
    const until = performance.now() + wait;
    while (!(await take(file, mark))) {
        await breakStale(file, where, stale);
        if (performance.now() > until) {
            throw new errors/* ActionError */.lZ(`Another job holds the lock ${file} for longer than ${Math.round(wait / 1000)} s.`, 'where no job runs on this machine, remove that file; where jobs share a configuration over a network, give each machine its own (DOCKER_CONFIG).');
        }
        await (0,external_node_timers_promises_.setTimeout)(5 + Math.random() * 30);
    }
    try {
        return await work();
    }
    finally {
        if ((await (0,promises_.readFile)(file, 'utf8').catch(() => '')) === mark)
            await (0,promises_.rm)(file, { force: true });
    }
}
async function take(file, mark) {
    try {
        await (0,promises_.writeFile)(file, mark, { flag: 'wx', mode: 0o600 });
        return true;
    }
    catch (error) {
        if ((0,files/* isErrno */.r)(error, 'EEXIST'))
            return false;
        // Made, and not filled: the disk is full.
        if ((0,files/* isErrno */.r)(error, 'ENOSPC', 'EDQUOT'))
            await (0,promises_.rm)(file, { force: true });
        throw error;
    }
}
/** A process id means something only within its machine and, among containers, its namespace. */
async function placeOfProcess() {
    const namespace = await (0,promises_.readlink)('/proc/self/ns/pid').catch(() => '');
    return `${external_node_os_.hostname()} ${namespace}`;
}
async function breakStale(file, here, stale) {
    const [mark, status] = await Promise.all([
        (0,promises_.readFile)(file, 'utf8').catch(() => null),
        (0,promises_.stat)(file).catch(() => null),
    ]);
    if (mark === null || status === null)
        return;
    if (!hasEnded(mark, here) && Date.now() - status.mtimeMs < stale)
        return;
    // Two may come to this at once, and the slower must not remove the lock that the faster has taken since: what
    // was moved away is looked at, and goes back where it is another one.
    const aside = `${file}.${(0,external_node_crypto_.randomUUID)()}`;
    try {
        await (0,promises_.rename)(file, aside);
    }
    catch (error) {
        if ((0,files/* isErrno */.r)(error, 'ENOENT'))
            return;
        throw error;
    }
    if ((await (0,promises_.readFile)(aside, 'utf8')) !== mark)
        await (0,promises_.link)(aside, file).catch(() => undefined);
    await (0,promises_.rm)(aside, { force: true });
}
function hasEnded(mark, here) {
    try {
        const { pid, where } = JSON.parse(mark);
        if (where !== here)
            return false;
        process.kill(pid, 0);
        return false;
    }
    catch (error) {
        // EPERM: it runs as another user. What is not JSON is being written.
        return (0,files/* isErrno */.r)(error, 'ESRCH');
    }
}

;// CONCATENATED MODULE: ./lib/docker/kept-login.js








/** ECR's tokens live so long; what is older is of a job that ended without its post step. */
const LIFETIME_MS = 12 * 3600_000;
/** While a token is in the file nobody else reads it, whatever mode it had. */
const MODE = 0o600;
/** Names a login before it is made, so that the post step knows of it whenever the main step is killed. */
async function nameKeptLogin(env, host) {
    const file = await (0,files/* followLinks */.n1)(external_node_path_.resolve((0,docker_config/* userFolder */.Ys)(env), 'config.json'));
    return { file, host, id: (0,external_node_crypto_.randomUUID)() };
}
/**
 * Adds a login to the user's configuration.
 * @param auth as docker stores it
 * @throws ActionError where the file cannot be written; it is as it was then
 */
async function addKeptLogin({ file, host, id }, auth) {
    try {
        const login = { id, host, auth, since: Date.now() };
        const add = async () => {
            const made = await (0,promises_.mkdir)(external_node_path_.dirname(file), { recursive: true, mode: 0o700 });
            await change(file, made ?? null, (logins) => [...logins.filter((one) => one.id !== id), login]);
        };
        // The last job of a folder that was made for it may remove that just now.
        await add().catch((error) => ((0,files/* isErrno */.r)(error, 'ENOENT') ? add() : Promise.reject(error)));
    }
    catch (error) {
        if (error instanceof errors/* ActionError */.lZ)
            throw error;
        throw new errors/* ActionError */.lZ(`keep-login cannot write Docker's configuration ${file}: ${error.message}`, (0,files/* isDiskFull */.b$)(error)
            ? `free space on the disk of ${external_node_path_.dirname(file)}; the file is as it was.`
            : `let the runner's user write ${external_node_path_.dirname(file)}, or set DOCKER_CONFIG to a folder that it can write; without keep-login nothing is written there.`, { cause: error });
    }
}
/**
 * Takes a login out of the user's configuration again. An older one to the same registry comes back, of a job that
 * still runs or the user's own; what somebody else has put in its place stays. With the last login the file gets
 * back its bytes and its mode, unless somebody else has changed it since.
 * @throws ActionError where the file cannot be written; it is as it was then
 */
async function removeKeptLogin({ file, host, id }) {
    if ((await (0,files/* readIfThere */.qC)(ledgerOf(file))) === null)
        return;
    const without = (logins) => logins.filter((login) => login.id !== id);
    const made = await change(file, null, without).catch((error) => {
        if (error instanceof errors/* ActionError */.lZ)
            throw error;
        throw new errors/* ActionError */.lZ(`keep-login cannot take its login out of ${file}: ${error.message}`, `let the runner's user write ${external_node_path_.dirname(file)}, with space left on its disk; then: docker logout ${host}`, { cause: error });
    });
    // Only empty folders go: somebody may have begun to use them.
    for (let folder = external_node_path_.dirname(file); made !== null; folder = external_node_path_.dirname(folder)) {
        const gone = await (0,promises_.rmdir)(folder).then(() => true, () => false);
        if (!gone || folder === made)
            break;
    }
}
const ledgerOf = (file) => `${file}.ecr-build-push`;
/** @returns the topmost folder that was made for the file and is not needed any more */
function change(file, made, edit) {
    return withLock(`${ledgerOf(file)}.lock`, async () => {
        const written = await (0,files/* readIfThere */.qC)(ledgerOf(file));
        for (let attempt = 0;; attempt++) {
            const now = await (0,docker_config/* readWhole */.oD)(file);
            const mode = (await (0,promises_.stat)(file).catch(() => null))?.mode ?? MODE;
            const ledger = openLedger(file, now, mode & 0o777, written, made);
            const before = ledger.logins;
            ledger.logins = edit(before.filter(({ since }) => Date.now() - since < LIFETIME_MS));
            const next = render(file, ledger);
            ledger.ours = [...before, ...ledger.logins].map(({ host, auth }) => ({ host, digest: digestOf(auth) }));
            await (0,files/* replaceFile */.fR)(ledgerOf(file), JSON.stringify(ledger), MODE);
            // docker itself takes no lock: what it has written since the reading counts, too.
            const expected = attempt < 20 ? now : undefined;
            if (!(await put(file, next, ledger.logins.length === 0 ? ledger.mode : MODE, now, expected)))
                continue;
            if (ledger.logins.length > 0)
                return null;
            await (0,promises_.rm)(ledgerOf(file), { force: true });
            return next === null ? ledger.made : null;
        }
    });
}
async function put(file, next, mode, now, expected) {
    if (next !== null)
        return (0,files/* replaceFile */.fR)(file, next, mode, expected);
    if (expected !== undefined && !(0,files/* sameBytes */.er)(now, await (0,files/* readIfThere */.qC)(file)))
        return false;
    await (0,promises_.rm)(file, { force: true });
    return true;
}
/** The ledger, brought up to what others have done to the file since it was written. */
function openLedger(file, now, mode, written, made) {
    const ledger = parseLedger(written);
    const config = (0,docker_config/* parseConfig */.o4)(file, now);
    if (ledger === null)
        return { base: encode(now), mode, made, ours: [], logins: [] };
    // Any other mode is somebody's wish, or that of a file which was not written yet.
    if (mode !== MODE)
        ledger.mode = mode;
    const before = (0,docker_config/* parseConfig */.o4)(file, decode(ledger.base));
    for (const host of new Set(ledger.ours.map((login) => login.host))) {
        const auth = config.auths?.[host]?.auth;
        const digest = auth === undefined ? null : digestOf(auth);
        const ours = ledger.ours.some((login) => login.host === host && login.digest === digest);
        if (ours)
            putBack(config, before, 'auths', host);
        // Somebody has logged in or out: theirs stays, and none of ours comes back.
        else
            ledger.logins = ledger.logins.filter((login) => login.host !== host);
        // A login of theirs is in the file only because no helper was asked, and is found there for the same reason.
        if ((ours || auth === undefined) && config.credHelpers?.[host] === '') {
            putBack(config, before, 'credHelpers', host);
        }
    }
    if (now === null)
        ledger.base = null;
    else if (!(0,external_node_util_.isDeepStrictEqual)(config, before))
        ledger.base = encode(Buffer.from((0,docker_config/* serialise */.GY)(config)));
    return ledger;
}
function render(file, { base, logins }) {
    const bytes = decode(base);
    if (logins.length === 0)
        return bytes;
    const config = logins.reduce((before, { host, auth }) => (0,docker_config/* withLogin */.E6)(before, host, auth), (0,docker_config/* parseConfig */.o4)(file, bytes));
    return Buffer.from((0,docker_config/* serialise */.GY)(config));
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
/** What is no ledger says nothing: the file itself is all there is to go by then. */
function parseLedger(bytes) {
    try {
        const ledger = JSON.parse(bytes?.toString('utf8') ?? 'null');
        return Array.isArray(ledger?.logins) && Array.isArray(ledger.ours) ? ledger : null;
    }
    catch {
        return null;
    }
}
function digestOf(auth) {
    return (0,external_node_crypto_.createHash)('sha256').update(auth).digest('hex');
}
const encode = (bytes) => bytes?.toString('base64') ?? null;
const decode = (text) => (text === null ? null : Buffer.from(text, 'base64'));


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

/***/ 2730:
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
    if (/^(?:ENOSPC|EDQUOT)$/.test(error?.code ?? '')) {
        return `A disk of the runner is full: ${message}\nWhat to do: free space on it. The runner keeps what steps write in RUNNER_TEMP (${process.env['RUNNER_TEMP'] ?? 'not set'}); df -h shows which disk is full.`;
    }
    return `${message}\nWhat to do: this is not an error that ecr-build-push knows; run the job again with debug logging (the secret ACTIONS_STEP_DEBUG set to true) and report what it prints.`;
}


/***/ }),

/***/ 6866:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ logLine),
/* harmony export */   p: () => (/* binding */ commandValue)
/* harmony export */ });
/**
 * A line for the log in which the runner finds no command, whatever a registry, AWS or an event wrote into it: one
 * line, without characters that a terminal would obey. The runner takes a line for a command that begins with `::`
 * behind any blanks, and one that has `##[` anywhere.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function logLine(text) {
    return text
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
        .replaceAll('##[', '## [')
        .replace(/^(\s*):(?=:)/, '$1: ');
}
/** The value of a workflow command, as the runner reads it back. */
function commandValue(text) {
    return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}


/***/ })

};
