export const id = 366;
export const ids = [366];
export const modules = {

/***/ 4366:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ dockerfilePath),
/* harmony export */   annotateCacheErrors: () => (/* binding */ annotateCacheErrors),
/* harmony export */   annotateChecks: () => (/* binding */ annotateChecks),
/* harmony export */   d: () => (/* binding */ annotateFindings)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _context_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(423);
/* harmony import */ var _source_blocks_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3574);



/** Where in the workspace the Dockerfile of a build is; null for one that is elsewhere. */
function dockerfilePath(request, workspace) {
    if (request.file === null || (0,_context_js__WEBPACK_IMPORTED_MODULE_1__/* .isRemote */ .V)(request.file) || (0,_context_js__WEBPACK_IMPORTED_MODULE_1__/* .isRemote */ .V)(request.context))
        return null;
    const relative = node_path__WEBPACK_IMPORTED_MODULE_0__.relative(workspace, request.file);
    return relative === '' || relative.startsWith('..') || node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute(relative) ? null : relative;
}
/**
 * Errors of reading or writing a cache, which do not end a build. A cache that is not there yet is none.
 * @param progress BuildKit's plain progress
 */
function annotateCacheErrors(progress, annotate) {
    const doing = new Map();
    for (const line of progress.split(/\r?\n/)) {
        const [, number = '', text = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
        if (/^(?:importing cache manifest from |exporting cache|exporting to .* cache)/i.test(text))
            doing.set(number, text);
        const [, error] = /^ERROR: (.*)$/.exec(text) ?? [];
        const what = doing.get(number);
        if (error === undefined || what === undefined)
            continue;
        const reading = what.startsWith('importing');
        if (reading && /not found|does not exist|no such/i.test(error))
            continue;
        annotate('warning', `The cache was not ${reading ? 'read' : 'written'}; the build went on without (${what}): ${error}`);
    }
}
const isLine = (value) => Number.isSafeInteger(value) && value > 0;
/** What the checks of the Dockerfile found in a build that went well. */
function annotateChecks(warnings, request, workspace, annotate) {
    const file = dockerfilePath(request, workspace);
    if (!Array.isArray(warnings) || file === null)
        return;
    for (const warning of warnings) {
        const { short, url, range } = warning ?? {};
        if (typeof short !== 'string' || !Array.isArray(range))
            continue;
        const line = range[0]?.start?.line;
        if (!isLine(line))
            continue;
        const text = Buffer.from(short, 'base64').toString('utf8');
        const end = range.at(-1)?.end?.line;
        annotate('warning', typeof url === 'string' && url !== '' ? `${text}\n${url}` : text, {
            file,
            line,
            endLine: isLine(end) ? end : line,
        });
    }
}
/**
 * The findings of `call: check`, as it prints them: `WARNING: RULE - URL`, what it is, and the lines.
 * @param stdout of `docker buildx build --call=check`
 */
function annotateFindings(stdout, request, workspace, annotate) {
    const file = dockerfilePath(request, workspace);
    if (file === null)
        return;
    const lines = stdout.split(/\r?\n/);
    let from = 0;
    for (const { line, endLine, start, end } of (0,_source_blocks_js__WEBPACK_IMPORTED_MODULE_2__/* .sourceBlocks */ .w)(lines)) {
        const said = lines.slice(from, start).filter((text) => text.trim() !== '');
        from = end;
        const head = said.findLastIndex((text) => /^(?:WARNING|ERROR): /.test(text));
        annotate('warning', said.slice(Math.max(head, 0)).join('\n'), { file, line, endLine });
    }
}


/***/ })

};
