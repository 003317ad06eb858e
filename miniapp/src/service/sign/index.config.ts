// Who signs may turn the phone.
export default definePageConfig({ navigationBarTitleText: '客户签字', pageOrientation: 'auto' });
