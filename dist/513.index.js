export const id = 513;
export const ids = [513];
export const modules = {

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


/***/ })

};
