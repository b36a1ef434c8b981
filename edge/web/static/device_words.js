/* Devices in words, for the front panel and the supervisor. */
import { t } from "./common.js";

export const HEALTH = { ok: ["good", () => t("ok")], degraded: ["warn", () => t("degraded")], failed: ["bad", () => t("failed")] };
const KINDS = {
  keys: () => t("Keys"), board: () => t("Board"), printer: () => t("Printer"), voice: () => t("Voice"), reader: () => t("Card reader"),
  satellite: () => t("Satellite"),
};
export const deviceKind = (kind) => (KINDS[kind] ? KINDS[kind]() : kind);
