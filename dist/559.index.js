export const id = 559;
export const ids = [559];
export const modules = {

/***/ 8559:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   platformDigests: () => (/* binding */ platformDigests),
/* harmony export */   platformImages: () => (/* binding */ platformImages)
/* harmony export */ });
/* harmony import */ var _oci_types_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5208);

/**
 * The images of an index, or the one that the manifest is, with their platforms. Attestations are none.
 * @throws RegistryError where the image's configuration cannot be read
 */
async function platformImages(registry, repository, manifest) {
    const { mediaType, content, digest } = manifest;
    if ((0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .isIndex */ .nw)(mediaType)) {
        return (content.manifests ?? []).flatMap((child) => child.platform === undefined || (0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .isAttestation */ .H3)(child)
            ? []
            : [{ platform: child.platform, digest: child.digest }]);
    }
    if (content.config === undefined)
        return [];
    const platform = await configuredPlatform(registry, repository, content.config);
    return platform === null ? [] : [{ platform, digest }];
}
/** What an image's configuration says of its platform; null where it says nothing, as an artifact's does. */
async function configuredPlatform(registry, repository, config) {
    if (!/^application\/vnd\.(?:oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/.test(config.mediaType)) {
        return null;
    }
    const bytes = await registry.readBlob(repository, config);
    return (0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .platformIn */ .NO)(jsonIn(bytes));
}
function jsonIn(bytes) {
    try {
        return JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    catch {
        return null;
    }
}
/** `{"linux/amd64":"sha256:…"}` */
function platformDigests(images) {
    return Object.fromEntries(images.map(({ platform, digest }) => [(0,_oci_types_js__WEBPACK_IMPORTED_MODULE_0__/* .platformName */ .$r)(platform), digest]));
}


/***/ })

};
