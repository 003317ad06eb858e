export default definePageConfig({ navigationBarTitleText: '今晚回收' });
