export const id = 512;
export const ids = [512];
export const modules = {

/***/ 5512:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ proxied),
/* harmony export */   connectEcr: () => (/* binding */ connectEcr)
/* harmony export */ });
/**
 * The ECR that the inputs mean, with the credentials that they mean. Nothing of AWS is loaded before this is called,
 * and of it only what the inputs need.
 * @throws ActionError where no region is set
 */
async function connectEcr({ repository, role }, world) {
    const { env, mask } = world;
    const { registryType, registryId } = repository;
    const region = repository.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null);
    const requestHandler = await proxied(env);
    const network = requestHandler === null ? {} : { requestHandler };
    const identity = role === null
        ? {}
        : { credentials: (await Promise.all(/* import() */[__webpack_require__.e(842), __webpack_require__.e(940), __webpack_require__.e(82)]).then(__webpack_require__.bind(__webpack_require__, 9082))).assumedRole(role, { ...world, region, network }) };
    const options = { region, registryId, mask, client: { ...network, ...identity } };
    if (registryType === 'public') {
        const { connectPublicEcr } = await Promise.all(/* import() */[__webpack_require__.e(842), __webpack_require__.e(492), __webpack_require__.e(900)]).then(__webpack_require__.bind(__webpack_require__, 6900));
        return connectPublicEcr(options);
    }
    const { connectPrivateEcr } = await Promise.all(/* import() */[__webpack_require__.e(842), __webpack_require__.e(206), __webpack_require__.e(998)]).then(__webpack_require__.bind(__webpack_require__, 3998));
    return connectPrivateEcr(options);
}
const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
/** Agents that go through the proxies that the environment names; null where it names none. */
async function proxied(env) {
    const names = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()]);
    if (!names.some((name) => env[name]))
        return null;
    return (await __webpack_require__.e(/* import() */ 147).then(__webpack_require__.bind(__webpack_require__, 1147))).proxyAgents();
}


/***/ })

};
