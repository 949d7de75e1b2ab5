export const id = 654;
export const ids = [654];
export const modules = {

/***/ 3654:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   main: () => (/* binding */ main)
/* harmony export */ });
/* harmony import */ var _runner_runner_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7847);
/* harmony import */ var _runner_step_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1894);


/** The one step of merge/ and of promote/, which start no process and put nothing on disk. */
async function main(which) {
    await (0,_runner_step_js__WEBPACK_IMPORTED_MODULE_1__/* .runStep */ .e)(async () => {
        const source = (0,_runner_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerInputs */ .ax)();
        if (which === 'merge') {
            const { merge, readMergeInputs } = await Promise.all(/* import() */[__webpack_require__.e(885), __webpack_require__.e(557)]).then(__webpack_require__.bind(__webpack_require__, 8557));
            await merge(readMergeInputs(source), (0,_runner_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerWorld */ .dO)());
        }
        else {
            const { promote, readPromoteInputs } = await Promise.all(/* import() */[__webpack_require__.e(885), __webpack_require__.e(858)]).then(__webpack_require__.bind(__webpack_require__, 5858));
            await promote(readPromoteInputs(source), (0,_runner_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerWorld */ .dO)());
        }
    });
}


/***/ })

};
