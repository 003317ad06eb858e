import { View } from '@tarojs/components';

/** WeChat wants a component where its own tab bar would be. Ours stands in each tab page, with the tabs of the role. */
export default function CustomTabBar() {
  return <View />;
}
