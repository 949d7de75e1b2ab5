export const id = 631;
export const ids = [631];
export const modules = {

/***/ 1631:
/***/ ((module) => {

module.exports = eval("require")("kerberos");


/***/ })

};
