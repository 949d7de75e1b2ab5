export const id = 550;
export const ids = [550];
export const modules = {

/***/ 4550:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fetchToken: () => (/* binding */ fetchToken)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(228);
/* harmony import */ var _http_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9127);


/**
 * The token that a registry's challenge asks for. The credentials go to the registry itself only: a challenge may
 * name any address.
 * https://distribution.github.io/distribution/spec/auth/token/
 * @param challenge `Bearer realm="https://HOST/token/",service="HOST",scope="…"`
 * @param ask sends a request with the credentials
 */
async function fetchToken(challenge, origin, ask) {
    const { realm = '', ...parameters } = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    if (!URL.canParse(realm) || new URL(realm).origin !== origin) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RegistryError */ .gl(`${origin}: the registry sends for a token elsewhere, which is not asked: ${realm}`);
    }
    const url = new URL(realm);
    for (const name of ['service', 'scope']) {
        const value = parameters[name];
        if (value !== undefined)
            url.searchParams.set(name, value);
    }
    const bytes = await (0,_http_js__WEBPACK_IMPORTED_MODULE_1__/* .readUpTo */ .Vc)(await ask(url), 64 * 1024);
    const given = tokenIn(bytes);
    if (typeof given === 'string' && given !== '')
        return given;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RegistryError */ .gl(`${origin}: the registry gave no token`);
}
function tokenIn(bytes) {
    try {
        const answer = JSON.parse(Buffer.from(bytes).toString('utf8'));
        return answer?.['token'] ?? answer?.['access_token'];
    }
    catch {
        return undefined;
    }
}


/***/ })

};
