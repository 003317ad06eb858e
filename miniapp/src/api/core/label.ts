/**
 * What a scanned text names: the `code` of a label's address (`https://…/#/service/equipment/index?code=…`), otherwise
 * the text itself, e.g. the serial number of a barcode.
 */
export function codeOf(text: string): string {
  const plain = text.trim();
  const code = /^https?:\/\/[^?]*\?(?:[^#]*&)?code=([^&#]+)/i.exec(plain)?.[1];
  if (code === undefined) return plain;
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
