export const id=4008;export const ids=[4008];export const modules={14008:(o,s,t)=>{t.d(s,{fromEnv:()=>r.sF});var r=t(83099)}};
