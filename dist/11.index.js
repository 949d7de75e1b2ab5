export const id = 11;
export const ids = [11];
export const modules = {

/***/ 7011:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   findsCreationOnPush: () => (/* binding */ findsCreationOnPush)
/* harmony export */ });
/* unused harmony export createsOnPush */
/* harmony import */ var _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8249);
/* harmony import */ var _answers_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9689);


/** A registry has at most 50 templates. */
const MOST_PAGES = 50;
/** Whether one of the registry's templates creates a repository of this name when it is pushed to. */
function findsCreationOnPush(client, calling, name) {
    return calling('ecr:DescribeRepositoryCreationTemplates', null, async () => {
        let page = {};
        for (let pages = 0; pages < MOST_PAGES; pages++) {
            const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_1__/* .DescribeRepositoryCreationTemplatesCommand */ .v18(page));
            const templates = answer.repositoryCreationTemplates ?? [];
            if (templates.some((template) => createsOnPush(template, name)))
                return true;
            if (answer.nextToken === undefined)
                return false;
            page = { nextToken: answer.nextToken };
        }
        throw (0,_answers_js__WEBPACK_IMPORTED_MODULE_0__/* .malformed */ .Qm)('a list of repository creation templates that has no end');
    });
}
/**
 * A prefix is a namespace: `team` is meant for `team/demo`, not for `teams/demo`; `ROOT` for every name.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
function createsOnPush({ prefix = '', appliedFor = [] }, name) {
    if (!appliedFor.includes('CREATE_ON_PUSH'))
        return false;
    return prefix === 'ROOT' || name.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}


/***/ })

};
