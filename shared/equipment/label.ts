/** Sixteen of these name a unit: none of them is mistaken for another one on a worn label. */
export const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
export const CODE_LENGTH = 16;

/** What the QR of a label says: it opens the unit in the app, whatever scans it. */
export const labelAddress = (publicUrl: string, code: string): string =>
  `${publicUrl}/#/service/equipment/index?code=${code}`;

/** What was scanned or typed, as a code or serial number: of the address of a label only its code counts. */
export const scannedCode = (scanned: string): string =>
  /[?&]code=([0-9A-Za-z]+)/.exec(scanned)?.[1] ?? scanned.trim();
