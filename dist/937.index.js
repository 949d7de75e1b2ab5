export const id = 937;
export const ids = [937];
export const modules = {

/***/ 8937:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   main: () => (/* binding */ main)
/* harmony export */ });
/* harmony import */ var _runner_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2395);
/* harmony import */ var _step_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3341);


/** The one step of merge/ and of promote/, which start no process and put nothing on disk. */
async function main(which) {
    await (0,_step_js__WEBPACK_IMPORTED_MODULE_1__/* .runStep */ .e)(async () => {
        const source = (0,_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerInputs */ .ax)();
        if (which === 'merge') {
            const { merge, readMergeInputs } = await Promise.all(/* import() */[__webpack_require__.e(425), __webpack_require__.e(244), __webpack_require__.e(983)]).then(__webpack_require__.bind(__webpack_require__, 5983));
            await merge(readMergeInputs(source), (0,_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerWorld */ .dO)());
        }
        else {
            const { promote, readPromoteInputs } = await Promise.all(/* import() */[__webpack_require__.e(425), __webpack_require__.e(244), __webpack_require__.e(612)]).then(__webpack_require__.bind(__webpack_require__, 9612));
            await promote(readPromoteInputs(source), (0,_runner_js__WEBPACK_IMPORTED_MODULE_0__/* .runnerWorld */ .dO)());
        }
    });
}


/***/ })

};
