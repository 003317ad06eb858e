import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { type ReactNode, useEffect } from 'react';
import { cx } from './class-names';
import { ConfirmHost } from './confirm-dialog';
import { useFontScaleClass } from './font-scale';
import { IconButton } from './icon-button';
import { OverlayProvider } from './overlay';
import { Scroll } from './scroll';
import { ToastHost } from './toast';
import './page.scss';

const isH5 = process.env.TARO_ENV === 'h5';

interface PageProps {
  /** In the native bar of WeChat, in our own header on H5. */
  title: string;
  children?: ReactNode;
  /** At the right of the H5 header. WeChat's bar has no room: put the same into the page there. */
  headerAction?: ReactNode;
  /** No network, a conflict: one line under the header. */
  banner?: ReactNode;
  /** Stays in sight under the header: search and filters. */
  top?: ReactNode;
  /** Stays in sight at the bottom: the action bar. */
  footer?: ReactNode;
  tabBar?: ReactNode;
  /** A `FloatingButton`. */
  floating?: ReactNode;
  onRefresh?: (() => void) | undefined;
  refreshing?: boolean;
  onReachEnd?: (() => void) | undefined;
  scrollTo?: string | undefined;
  /** Back to the top when it changes, e.g. with the filters. */
  resetKey?: string | undefined;
  /** Beside the page from 900 px. */
  aside?: ReactNode;
  /** Uses the width of a desk: for what stands in two columns there. */
  wide?: boolean;
  /** White instead of grey: for forms and the login. */
  plain?: boolean;
  /** Where the back arrow of H5 leads when the page was opened by its address; null: there is nothing to go back to. */
  home?: string | null;
}

function goBack(home: string): void {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
  else void Taro.switchTab({ url: home });
}

/**
 * Taro's H5 writes a title into its own bar, which nobody sees, as HTML: a name would become markup. There the title of the
 * browser is all there is, and Taro sets it to that of the route whenever the page is shown.
 */
function useTitle(title: string): void {
  useEffect(() => {
    if (isH5) document.title = title;
    else void Taro.setNavigationBarTitle({ title });
  }, [title]);
  useDidShow(() => {
    if (isH5) document.title = title;
  });
}

/** Every page: header, what stays in sight above and below, and the scrolling middle in one centred column. */
export function Page(props: PageProps) {
  const { title, children, headerAction, banner, top, footer, tabBar, floating, aside, plain, wide, home } =
    props;
  const fontScale = useFontScaleClass();
  useTitle(title);
  return (
    <View
      className={cx(
        'page',
        fontScale,
        plain && 'page--plain',
        wide && 'page--wide',
        Boolean(aside) && 'page--split',
      )}
    >
      <OverlayProvider>
        <View className="page__main">
          {isH5 && (
            <View className="page__header">
              <View className="page__column page__header-line">
                {tabBar || home === null ? (
                  <View className="page__header-start" />
                ) : (
                  <IconButton
                    icon="chevron-left"
                    label="返回"
                    onPress={() => goBack(home ?? '/pages/today/index')}
                  />
                )}
                <Text className="page__title" {...{ role: 'heading', 'aria-level': '1' }}>
                  {title}
                </Text>
                <View className="page__header-action">{headerAction}</View>
              </View>
            </View>
          )}
          {banner && <View className="page__banner">{banner}</View>}
          {top && (
            <View className="page__top">
              <View className="page__column">{top}</View>
            </View>
          )}
          <Scroll
            onRefresh={props.onRefresh}
            refreshing={Boolean(props.refreshing)}
            onReachEnd={props.onReachEnd}
            scrollTo={props.scrollTo}
            resetKey={props.resetKey}
          >
            <View
              className={cx(
                'page__column page__content',
                !footer && !tabBar && 'page__content--safe',
                Boolean(floating) && 'page__content--floating',
              )}
            >
              {children}
            </View>
          </Scroll>
          {floating && (
            <View className={cx('page__floating', Boolean(tabBar) && 'page__floating--tab')}>{floating}</View>
          )}
          {footer && (
            <View className="page__footer">
              <View className="page__column">{footer}</View>
            </View>
          )}
          {tabBar}
        </View>
        {aside && <View className="page__aside">{aside}</View>}
      </OverlayProvider>
      <ToastHost />
      <ConfirmHost />
    </View>
  );
}
