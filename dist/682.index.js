export const id = 682;
export const ids = [682,140];
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


/***/ }),

/***/ 3682:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   evaluateMatch: () => (/* binding */ evaluateMatch)
/* harmony export */ });
/* harmony import */ var _match_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2140);
/* harmony import */ var _subject_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3783);


/** `type=match`: the part of the Git tag, or of a value, that a regular expression picks. */
function evaluateMatch(rule, scene) {
    const subject = (0,_subject_js__WEBPACK_IMPORTED_MODULE_1__/* .subjectOf */ .et)(rule, scene);
    if (subject === null)
        return null;
    const found = (0,_match_js__WEBPACK_IMPORTED_MODULE_0__.matchInTime)(subject, rule.pattern);
    if (found === null)
        return { warning: `${rule.text}: the pattern does not match '${subject}'` };
    const value = found[rule.group];
    if (value === undefined)
        return { warning: `${rule.text}: group ${rule.group} has no part in '${subject}'` };
    return { value, latest: true };
}


/***/ }),

/***/ 3783:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lv: () => (/* binding */ versionTextOf),
/* harmony export */   Zi: () => (/* binding */ isRaw),
/* harmony export */   et: () => (/* binding */ subjectOf)
/* harmony export */ });
/* harmony import */ var _expressions_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4022);
/* harmony import */ var _template_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7071);


/** What semver, pep440 and match work on: the rule's value, or the Git tag; null where there is neither. */
function subjectOf(rule, scene) {
    return rule.value === null ? scene.tag : (0,_template_js__WEBPACK_IMPORTED_MODULE_1__/* .renderTemplate */ .Xm)(rule.value, (0,_expressions_js__WEBPACK_IMPORTED_MODULE_0__/* .globalFunctions */ .ru)(scene));
}
/** The part of a version rule's subject that `match` picks, ready to be read as a version. */
async function versionTextOf(rule, scene) {
    const subject = subjectOf(rule, scene);
    if (subject === null)
        return null;
    let text = subject;
    if (rule.match !== null) {
        const { matchInTime } = await __webpack_require__.e(/* import() */ 140).then(__webpack_require__.bind(__webpack_require__, 2140));
        const found = matchInTime(subject, rule.match);
        if (found !== null) {
            if (found[1] === undefined) {
                return { warning: `${rule.text}: the group of match has no part in '${subject}'` };
            }
            text = found[1];
        }
    }
    return { text: text.replaceAll('/', '-') };
}
/** Whether a pattern is `{{raw}}` and nothing else. */
function isRaw(rule) {
    const [first, ...others] = rule.pattern;
    return others.length === 0 && typeof first === 'object' && first.name === 'raw';
}


/***/ })

};
