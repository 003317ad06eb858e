export default definePageConfig({ navigationBarTitleText: '新建待办' });
