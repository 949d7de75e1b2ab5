export const id = 466;
export const ids = [466];
export const modules = {

/***/ 2466:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   main: () => (/* binding */ main)
/* harmony export */ });
/* harmony import */ var _runner_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3210);
/* harmony import */ var _step_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8980);


/** The one step of merge/ and of promote/, which start no process and put nothing on disk. */
async function main(which) {
    await (0,_step_js__WEBPACK_IMPORTED_MODULE_1__/* .runStep */ .e)(async () => {
        const source = (0,_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerInputs */ .ax)();
        if (which === 'merge') {
            const { merge, readMergeInputs } = await Promise.all(/* import() */[__webpack_require__.e(619), __webpack_require__.e(909), __webpack_require__.e(292)]).then(__webpack_require__.bind(__webpack_require__, 4292));
            await merge(readMergeInputs(source), (0,_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerWorld */ .dO)());
        }
        else {
            const { promote, readPromoteInputs } = await Promise.all(/* import() */[__webpack_require__.e(619), __webpack_require__.e(909), __webpack_require__.e(100)]).then(__webpack_require__.bind(__webpack_require__, 3100));
            await promote(readPromoteInputs(source), (0,_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerWorld */ .dO)());
        }
    });
}


/***/ })

};
