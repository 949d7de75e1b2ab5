export const id = 551;
export const ids = [551];
export const modules = {

/***/ 1551:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   privateSettings: () => (/* binding */ privateSettings)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8249);
/* harmony import */ var _mutability_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1912);
/* harmony import */ var _sdk_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2378);




/** How long a preview may take: ECR walks over every image of the repository. */
const PREVIEW_MS = 60_000;
/** @param registryId as members of an input: empty for the credentials' own account */
function privateSettings(client, calling, registryId) {
    const target = (name) => ({ ...registryId, repositoryName: name });
    /** The text, or null where ECR says that there is none. */
    const orNull = async (action, name, absent, read) => calling(action, name, async () => {
        try {
            return (await read()) ?? null;
        }
        catch (error) {
            if ((0,_sdk_js__WEBPACK_IMPORTED_MODULE_1__/* .isNamed */ .ev)(error, absent, 'RepositoryNotFoundException'))
                return null;
            throw error;
        }
    });
    return {
        async readPolicies(name, which) {
            const [lifecyclePolicy, repositoryPolicy] = await Promise.all([
                which.lifecycle
                    ? orNull('ecr:GetLifecyclePolicy', name, 'LifecyclePolicyNotFoundException', async () => {
                        const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .GetLifecyclePolicyCommand */ .O0C(target(name)));
                        return answer.lifecyclePolicyText;
                    })
                    : null,
                which.repository
                    ? orNull('ecr:GetRepositoryPolicy', name, 'RepositoryPolicyNotFoundException', async () => {
                        const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .GetRepositoryPolicyCommand */ .MeN(target(name)));
                        return answer.policyText;
                    })
                    : null,
            ]);
            return { lifecyclePolicy, repositoryPolicy };
        },
        readTags({ name, arn }) {
            return calling('ecr:ListTagsForResource', name, async () => {
                const { tags = [] } = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .ListTagsForResourceCommand */ .a_e({ resourceArn: arn }));
                return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
            });
        },
        async putMutability(name, mutability) {
            await calling('ecr:PutImageTagMutability', name, () => client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .PutImageTagMutabilityCommand */ .cKn({ ...target(name), ...(0,_mutability_js__WEBPACK_IMPORTED_MODULE_3__/* .mutabilityInput */ .F)(mutability) })));
        },
        async putScanOnPush(name, scanOnPush) {
            const input = { ...target(name), imageScanningConfiguration: { scanOnPush } };
            await calling('ecr:PutImageScanningConfiguration', name, () => client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .PutImageScanningConfigurationCommand */ .BlZ(input)));
        },
        async putTags({ name, arn }, tags) {
            const input = { resourceArn: arn, tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
            await calling('ecr:TagResource', name, () => client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .TagResourceCommand */ .eqU(input)));
        },
        async putLifecyclePolicy(name, lifecyclePolicyText) {
            await calling('ecr:PutLifecyclePolicy', name, () => client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .PutLifecyclePolicyCommand */ .Rcn({ ...target(name), lifecyclePolicyText })));
        },
        async setRepositoryPolicy(name, policyText) {
            await calling('ecr:SetRepositoryPolicy', name, () => client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .SetRepositoryPolicyCommand */ .IOA({ ...target(name), policyText })));
        },
        async previewLifecyclePolicy(name, lifecyclePolicyText) {
            const deadline = performance.now() + PREVIEW_MS;
            const started = await calling('ecr:StartLifecyclePolicyPreview', name, () => startPreview(client, { ...target(name), lifecyclePolicyText }, deadline));
            if (!started)
                return { complete: false, images: [], expiring: 0 };
            return calling('ecr:GetLifecyclePolicyPreview', name, () => readPreview(client, target(name), deadline));
        },
    };
}
/** @returns false where another preview is in progress until the deadline: ECR has one at a time */
async function startPreview(client, input, deadline) {
    for (let wait = 500;; wait = Math.min(wait * 2, 4000)) {
        try {
            await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .StartLifecyclePolicyPreviewCommand */ .oW5(input));
            return true;
        }
        catch (error) {
            if (!(0,_sdk_js__WEBPACK_IMPORTED_MODULE_1__/* .isNamed */ .ev)(error, 'LifecyclePolicyPreviewInProgressException'))
                throw error;
            if (performance.now() + wait > deadline)
                return false;
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(wait);
        }
    }
}
/** Polls until the preview is complete, then reads its first page: the count is in the summary. */
async function readPreview(client, input, deadline) {
    for (let wait = 300;; wait = Math.min(wait * 2, 4000)) {
        const answer = await client.send(new _aws_sdk_client_ecr__WEBPACK_IMPORTED_MODULE_2__/* .GetLifecyclePolicyPreviewCommand */ .ynb({ ...input, maxResults: 100 }));
        if (answer.status === 'IN_PROGRESS' && performance.now() + wait < deadline) {
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(wait);
            continue;
        }
        const images = (answer.previewResults ?? []).map((result) => ({
            digest: result.imageDigest ?? '',
            tags: result.imageTags ?? [],
            action: (result.action?.type ?? 'EXPIRE').toLowerCase(),
            rule: result.appliedRulePriority ?? 0,
        }));
        return {
            complete: answer.status === 'COMPLETE',
            images,
            expiring: answer.summary?.expiringImageTotalCount ?? images.filter(({ action }) => action === 'expire').length,
        };
    }
}


/***/ })

};
