/** What every test begins with: a page that tells where the API is. */
document.head.innerHTML =
  '<meta name="prefect-api" content="/api"><meta name="prefect-auth" content="none"><meta name="prefect-csrf" content="no">';
