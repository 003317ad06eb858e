export default definePageConfig({ navigationBarTitleText: '设备与安全' });
