import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// Interfaces that a mini-program may call only when its privacy declaration says so; an undeclared one fails on phones and
// nowhere else. https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/miniprogram-intro.html
const PRIVATE = [
  ...[
    'getUserInfo',
    'getUserProfile',
    'getWeRunData',
    'chooseAddress',
    'chooseInvoice',
    'chooseInvoiceTitle',
  ],
  ...['getLocation', 'getFuzzyLocation', 'chooseLocation', 'choosePoi', 'onLocationChange'],
  ...['startLocationUpdate', 'startLocationUpdateBackground', 'chooseLicensePlate'],
  ...['chooseImage', 'chooseMedia', 'chooseVideo', 'chooseMessageFile', 'createCameraContext'],
  ...[
    'saveImageToPhotosAlbum',
    'saveVideoToPhotosAlbum',
    'getRecorderManager',
    'startRecord',
    'joinVoIPChat',
  ],
  ...['getClipboardData', 'setClipboardData', 'chooseContact', 'addPhoneContact', 'addPhoneCalendar'],
  ...['openBluetoothAdapter', 'createBLEPeripheralServer', 'startAccelerometer', 'startCompass'],
  ...[
    'startDeviceMotionListening',
    'startGyroscope',
    'getPhoneNumber',
    'getRealtimePhoneNumber',
    'chooseAvatar',
  ],
];
/** These must also be named in `requiredPrivateInfos` of app.config.ts. */
const POSITIONS = /[lL]ocation|Poi$|^chooseAddress$/;

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const sources = globSync('miniapp/src/**/*.{ts,tsx}', { cwd: root }).filter((file) => !/\.test\./.test(file));
const code = sources.map(read).join('\n');
const used = PRIVATE.filter((name) => new RegExp(`(\\.|openType=['"{]+)${name}\\b`).test(code));

it('the page about WeChat names every interface that has to be declared, and no other', () => {
  const table = read('docs/wechat.md').split('## Privacy')[1]?.split('\n## ')[0] ?? '';
  const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
  expect(named.sort()).toEqual([...used].sort());
  expect(used).toContain('getClipboardData');
});

it('an interface for positions is declared in the configuration of the mini-program', () => {
  const config = read('miniapp/src/app.config.ts');
  const undeclared = used.filter((name) => POSITIONS.test(name) && !config.includes(`'${name}'`));
  expect(undeclared).toEqual([]);
  expect(config).toContain('__usePrivacyCheck__: true');
});
