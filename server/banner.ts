import { networkInterfaces } from 'node:os';
import QRCode from 'qrcode';
import type { Config } from './config.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo/accounts.ts';

function networkAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flat()
    .find((each) => each && each.family === 'IPv4' && !each.internal)?.address;
}

/** Says where the app is, for the person who tries it: addresses, a code for a phone, and who can sign in. */
export async function printBanner(port: number, config: Config): Promise<void> {
  const local = `http://localhost:${port}`;
  const host = networkAddress();
  const phone = config.PUBLIC_URL ?? (host ? `http://${host}:${port}` : local);
  const lines = [
    '',
    '  跟进 Genjin',
    '',
    `  本机      ${local}`,
    `  手机      ${phone}`,
    `  接口文档  ${local}/api/docs`,
  ];
  lines.push('', await QRCode.toString(phone, { type: 'utf8', margin: 2 }));
  if (config.DEMO_DATA === 'on') {
    lines.push(`  演示账号（密码都是 ${DEMO_PASSWORD}）`);
    for (const { username, name, title } of DEMO_ACCOUNTS)
      lines.push(`    ${username.padEnd(10)}${name}  ${title}`);
    lines.push('');
  }
  console.log(lines.join('\n'));
}
