/* What an emergency is called and what people should do, in both languages, as whole screens say it. */
import { el, name, otherName, own } from "./common.js";

/** `told`: kind to {headline, doing}, as the page brings it; a kind not known reads as an incident. */
export function emergencyLines(told, kind) {
  const { headline, doing } = told[kind] || told.incident;
  return [name, otherName].flatMap((said, nth) => {
    const className = nth ? "second" : "";
    return [el("h2", { className }, said(headline, own)), el("p", { className }, said(doing, own))];
  });
}
