export const id = 140;
export const ids = [140];
export const modules = {

/***/ 2140:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   matchInTime: () => (/* binding */ matchInTime)
/* harmony export */ });
/* unused harmony export SlowMatch */
/* harmony import */ var node_vm__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(714);

// The only way to stop a regular expression in JavaScript from outside: backtracking can take longer than the
// job, and what it runs on (a branch, a tag) can be anybody's.
const TIMEOUT = 1000;
const script = new node_vm__WEBPACK_IMPORTED_MODULE_0__.Script('text.match(new RegExp(source, flags))');
/** An expression that found no end in time. */
class SlowMatch extends Error {
    name = 'SlowMatch';
}
/**
 * As `text.match(…)`: groups, or all matches with the flag g.
 * @throws SlowMatch after a second
 */
function matchInTime(text, { source, flags }) {
    try {
        const found = script.runInNewContext({ text, source, flags }, { timeout: TIMEOUT });
        return found === null ? null : Array.from(found);
    }
    catch (error) {
        if (error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
            throw new SlowMatch();
        throw error;
    }
}


/***/ })

};
