export const id = 856;
export const ids = [856];
export const modules = {

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


/***/ })

};
