<?php
// Installs WordPress from the folder and at the address that are given; prints an application password.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = $argv[2];
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('A site', 'ada', 'ada@example.org', true, '', 'unused');
update_option('siteurl', "http://$argv[2]");
update_option('home', "http://$argv[2]");
list($password) = WP_Application_Passwords::create_new_application_password(1, ['name' => 'pullquote']);
echo $password;
