import Taro from '@tarojs/taro';
import { tabs } from '../tabs';
import { storage } from './platform';

const isH5 = process.env.TARO_ENV === 'h5';
const LOGIN = 'pages/login/index';
const PASSWORD = 'account/password/index';
const HOME = `/${tabs[0].pagePath}`;
const RETURN_KEY = 'returnTo';

interface OpenPage {
  /** Without a leading slash and without the query. */
  route: string;
  url: string;
}

const isTab = (route: string) => tabs.some(({ pagePath }) => pagePath === route);
const plain = (route: string | undefined) => (route ?? '').replace(/^\//, '').replace(/\?.*$/, '');

function openPages(): OpenPage[] {
  return Taro.getCurrentPages().map((page) => {
    const route = plain(page.route ?? page.__route__);
    const options = Object.entries((page.options ?? {}) as Record<string, string | undefined>)
      // Taro marks its own pages with a stamp.
      .filter(([name, value]) => !name.startsWith('$') && name !== 'stamp' && value !== undefined)
      // A browser's page has them decoded, a mini-program's as they were written.
      .map(([name, value = '']) => `${name}=${isH5 ? encodeURIComponent(value) : value}`);
    return { route, url: `/${route}${options.length > 0 ? `?${options.join('&')}` : ''}` };
  });
}

/** A parameter of a page's address as it was meant: a page opened by its address may have it as it was written. */
export function decoded(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}

let opening = false;
/** Opens a page over what is there, once, however many calls ask for it. */
function openOver(route: string, replace: boolean): void {
  if (opening || openPages().some((page) => page.route === route)) return;
  opening = true;
  const complete = () => {
    setTimeout(() => {
      opening = false;
    }, 500);
  };
  const url = `/${route}`;
  const start = () => Taro.reLaunch({ url, complete });
  if (replace) void start();
  // Ten pages are the limit in WeChat.
  else void Taro.navigateTo({ url, success: complete, fail: start });
}

/**
 * The login. A form or a detail page stays open under it, so nothing typed is lost; a tab page is left and returned to.
 */
export function openLogin(): void {
  const pages = openPages();
  const top = pages[pages.length - 1];
  if (!top || top.route === LOGIN) return;
  storage.write(RETURN_KEY, top.url);
  openOver(LOGIN, pages.length === 1 && isTab(top.route));
}

export function openPasswordChange(): void {
  openOver(PASSWORD, true);
}

/** Goes to a page by its address, whether it is a tab or not. */
export function openHome(url: string = HOME): Promise<unknown> {
  return isTab(plain(url)) ? Taro.switchTab({ url: `/${plain(url)}` }) : Taro.reLaunch({ url });
}

/** Back to the page before; from one that was opened by its address to `home`, whether that is a tab or not. */
export function goBack(home: string): void {
  if (openPages().length > 1) void Taro.navigateBack();
  else if (isTab(plain(home))) void Taro.switchTab({ url: home });
  else void Taro.redirectTo({ url: home });
}

/**
 * After a login, back to where it was asked for.
 * @param mayReturn whether the pages that are still open are nobody else's
 */
export function leaveLogin(mayReturn: boolean): void {
  const returnTo = storage.read<string>(RETURN_KEY);
  storage.remove(RETURN_KEY);
  if (mayReturn && openPages().length > 1) void Taro.navigateBack();
  else void openHome(mayReturn && returnTo ? returnTo : HOME);
}
